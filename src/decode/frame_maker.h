// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scene/geometry_state.h"
#include "tiles/paint_patches.h"

#include "vasa/decode/face_state.h"

#include <vector>

namespace vasa::decode {

/// Makes frames on the CPU, one after the other, in the calling thread. Holds what a frame needs
/// besides the portrait, for reuse by the next one.
struct FrameMaker {
    PosedFrame posed;
    Layers layers{kSamples_px};
    tiles::TileSamples samples;
    std::vector<DisoccludedPatch> patches;
    tiles::PaintBuffers painting;
    core::ImageU8 rgb{head::kFrameSize_px, head::kFrameSize_px, 3};  ///< the frame

    /// Makes the geometry's frame.
    /// @param has_network  also fills `patches`, which the network paints: rectangles around mouth,
    ///                     eyes and skin that the portrait does not show, with sides and corners at
    ///                     multiples of 16 pixels
    void render(const PortraitScene& portrait, const FaceState& state, bool has_network);

    /// Paints the frame and its patches. Errors as paint_patches().
    void paint(const PortraitScene& portrait, const HostNetwork& network);

  private:
    void place_patches(const PortraitScene& portrait);
};

}  // namespace vasa::decode
