// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/decode/pixel_record.h"
#include "vasa/decode/precision.h"

#include <memory>
#include <string>
#include <vector>

namespace vasa::decode {

/// Repairs what the geometry could not know: paints the inside of the mouth, eyes and skin that the
/// portrait did not show over the geometry's frame, and softens the mouth's edges, which follow the
/// geometry's samples. All other pixels stay as they are.
///
/// paint() depends on nothing but its arguments: the same motion gives the same frame. Threads may
/// share an object.
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

    /// How many calls of paint() at a time pay off.
    virtual int num_threads() const = 0;

    /// Name of the network's configuration, "fast" or "full".
    virtual const std::string& config_name() const = 0;
};

/// A painter by a trained frame decoder network. Needs libtorch.
/// @param device  "cpu" or "cuda:n"
/// @throws Error(Model) if the weights are missing or damaged; Error(Resource).
std::unique_ptr<FramePainter> load_frame_painter(const std::string& path,
                                                 const std::string& device,
                                                 Precision precision);

}  // namespace vasa::decode
