// SPDX-License-Identifier: Apache-2.0
#include "network/patch_plan.h"

#include <array>
#include <cstddef>
#include <map>

namespace vasa::decode {

PatchPlan plan_patches(const std::vector<std::vector<PixelRect>>& rects) {
    struct Place {
        int frame, in_order;
    };
    PatchPlan plan;
    std::map<std::array<int, 2>, std::vector<Place>> by_size;
    for (std::size_t frame = 0; frame < rects.size(); ++frame) {
        plan.order_start.push_back(static_cast<int>(plan.order.size()));
        for (const PixelRect& rect : rects[frame]) {
            by_size[{rect.width, rect.height}].push_back(
                {static_cast<int>(frame), static_cast<int>(plan.order.size())});
            plan.order.push_back(-1);
        }
    }
    plan.order_start.push_back(static_cast<int>(plan.order.size()));
    for (const auto& [size, places] : by_size) {
        const auto [width, height] = size;
        plan.groups.push_back({static_cast<int>(places.size()), width, height, plan.num_pixels});
        for (const Place& place : places) {
            const int start = plan.order_start[static_cast<std::size_t>(place.frame)];
            const PixelRect& rect = rects[static_cast<std::size_t>(place.frame)]
                                         [static_cast<std::size_t>(place.in_order - start)];
            const auto index = static_cast<int>(plan.patches.size());
            plan.order[static_cast<std::size_t>(place.in_order)] = index;
            plan.patches.push_back({place.frame, rect.x, rect.y, width, height, plan.num_pixels});
            const int num_blocks = width * height / kernels::kPatchBlock_px;
            plan.patch_of_block.insert(plan.patch_of_block.end(), num_blocks, index);
            plan.num_pixels += num_blocks * kernels::kPatchBlock_px;
        }
    }
    return plan;
}

}  // namespace vasa::decode
