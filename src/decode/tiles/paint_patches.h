// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/decode/pixel_record.h"

#include <cstdint>
#include <vector>

namespace vasa::decode {
class HostNetwork;
}

namespace vasa::decode::tiles {

/// Memory that painting reuses from frame to frame.
struct PaintBuffers {
    std::vector<float> disoccluded, region, change;
    std::vector<std::uint8_t> mouth;  ///< part inside the mouth at each pixel of the frame, else 0
    core::ImageU8 sharp;
};

/// Paints disoccluded pixels of the geometry's frame with the network, and softens the mouth's
/// edges, which follow the geometry's samples. All other pixels are unchanged.
///
/// @param patches       with records; where they overlap, the last one shows
/// @param source_scale  FaceCode::source_scale
/// @param rgb           [512, 512, 3] the geometry's frame, changed in place
/// @throws Error(Resource) if memory does not suffice
void paint_patches(const HostNetwork& network,
                   const std::vector<DisoccludedPatch>& patches,
                   float source_scale,
                   PaintBuffers& buffers,
                   core::ImageU8& rgb);

}  // namespace vasa::decode::tiles
