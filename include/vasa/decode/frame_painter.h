// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/decode/pixel_record.h"
#include "vasa/decode/precision.h"

#include <memory>
#include <string>
#include <vector>

namespace vasa::decode {

/// Paints disoccluded pixels of the geometry's frame: the inside of the mouth, the eyes, and skin
/// that the portrait does not show. Softens the mouth's edges, which follow the geometry's samples.
/// All other pixels are unchanged.
///
/// paint() depends only on its arguments: the same motion gives the same frame. Threads may share
/// an object.
class FramePainter {
  public:
    virtual ~FramePainter() = default;

    /// @param rgb           [512, 512, 3] the geometry's frame, changed in place
    /// @param patches       of that frame, from GeometryRenderer::render()
    /// @param source_scale  FaceCode::source_scale
    /// @throws Error(Resource) if memory does not suffice, or a GPU fails
    virtual void paint(core::ImageU8& rgb,
                       const std::vector<DisoccludedPatch>& patches,
                       float source_scale) const = 0;

    /// Number of concurrent calls of paint() that still saves time.
    virtual int num_threads() const = 0;

    /// Name of the network's configuration, "fast" or "full".
    virtual const std::string& config_name() const = 0;
};

/// Loads a painter that uses a trained frame decoder network. Needs libtorch.
/// @param device  "cpu" or "cuda:n"
/// @throws Error(Model) if the weights are missing or damaged; Error(Resource).
std::unique_ptr<FramePainter> load_frame_painter(const std::string& path,
                                                 const std::string& device,
                                                 Precision precision);

}  // namespace vasa::decode
