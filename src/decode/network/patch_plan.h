// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/frame_batch.h"

#include "vasa/decode/pixel_record.h"

#include <vector>

namespace vasa::decode {

/// Consecutive patches of one size, which the network processes at once.
struct PatchGroup {
    int num_patches = 0;
    int width = 0, height = 0;
    int first_pixel = 0;
};

/// The patches of a batch of frames in the kernels' order.
struct PatchPlan {
    std::vector<kernels::Patch> patches;
    std::vector<int> patch_of_block, order, order_start;  ///< as in kernels::Batch
    std::vector<PatchGroup> groups;
    int num_pixels = 0;
};

/// @param rects  of each frame, in order of painting; sides are multiples of 16
PatchPlan plan_patches(const std::vector<std::vector<PixelRect>>& rects);

}  // namespace vasa::decode
