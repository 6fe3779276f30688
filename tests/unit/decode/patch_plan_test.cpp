// SPDX-License-Identifier: Apache-2.0
#include "network/patch_plan.h"

#include "support/catch.h"

using namespace vasa;
using namespace vasa::decode;

TEST_CASE("patches of a size lie side by side, and each frame knows its own") {
    const std::vector<std::vector<PixelRect>> rects = {
        {{16, 32, 48, 32}, {96, 64, 16, 16}},
        {},
        {{0, 0, 16, 16}, {64, 64, 48, 32}, {80, 0, 16, 16}}};
    const PatchPlan plan = plan_patches(rects);
    REQUIRE(plan.patches.size() == 5);
    REQUIRE(plan.order.size() == 5);
    CHECK(plan.order_start == std::vector<int>{0, 2, 2, 5});
    // In painting order, each frame has its original rectangles.
    for (std::size_t frame = 0; frame < rects.size(); ++frame) {
        for (std::size_t i = 0; i < rects[frame].size(); ++i) {
            const auto at = static_cast<std::size_t>(plan.order_start[frame]) + i;
            const kernels::Patch& patch = plan.patches[static_cast<std::size_t>(plan.order[at])];
            CHECK(patch.frame == static_cast<int>(frame));
            CHECK(PixelRect{patch.x, patch.y, patch.width, patch.height} == rects[frame][i]);
        }
    }
    // Pixels are contiguous, group by group.
    int pixels = 0;
    std::size_t index = 0;
    for (const PatchGroup& group : plan.groups) {
        CHECK(group.first_pixel == pixels);
        for (int i = 0; i < group.num_patches; ++i, ++index) {
            const kernels::Patch& patch = plan.patches[index];
            CHECK(patch.first == pixels);
            CHECK(patch.width == group.width);
            CHECK(patch.height == group.height);
            for (int p = 0; p < patch.width * patch.height; p += kernels::kPatchBlock_px) {
                CHECK(plan.patch_of_block[static_cast<std::size_t>(
                          (pixels + p) / kernels::kPatchBlock_px)] == static_cast<int>(index));
            }
            pixels += patch.width * patch.height;
        }
    }
    CHECK(index == plan.patches.size());
    CHECK(plan.num_pixels == pixels);
    CHECK(plan.num_pixels == 2 * 48 * 32 + 3 * 16 * 16);
    CHECK(plan.groups.size() == 2);
}
