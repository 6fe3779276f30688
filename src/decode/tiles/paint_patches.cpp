// SPDX-License-Identifier: Apache-2.0
#include "tiles/paint_patches.h"

#include "kernels/painting.h"
#include "network/host_network.h"

#include "vasa/decode/frame_conditions.h"

#include <algorithm>

namespace vasa::decode::tiles {
namespace {

/// Blends over the colours in the patch's records, not over the frame's: patches overlap.
/// @param change  from HostNetwork::predict()
/// @param region  [height, width] blend mask from mark_region()
void blend(const DisoccludedPatch& patch,
           const float* change,
           const float* region,
           core::ImageU8& rgb) {
    constexpr int kCell = 4;  // pixels folded into one
    const PixelRect& rect = patch.rect;
    for (int y = 0; y < rect.height; ++y) {
        for (int x = 0; x < rect.width; ++x) {
            const float where = region[y * rect.width + x];
            if (where <= 0) {
                continue;
            }
            const float* const values =
                change + ((y / 2) * (rect.width / 2) + x / 2) * (4 * kCell) + y % 2 * 2 + x % 2;
            kernels::blend_pixel(patch.records[static_cast<std::size_t>(y) * rect.width + x],
                                 values,
                                 kCell,
                                 where,
                                 rgb.at(rect.x + x, rect.y + y));
        }
    }
}

void paint_patch(const HostNetwork& network,
                 const DisoccludedPatch& patch,
                 float source_scale,
                 PaintBuffers& buffers,
                 core::ImageU8& rgb) {
    const PixelRect& rect = patch.rect;
    std::vector<float>& disoccluded = buffers.disoccluded;
    disoccluded.resize(patch.records.size());
    mark_disoccluded(patch.records.data(), rect.width * rect.height, disoccluded.data());
    if (std::all_of(disoccluded.begin(), disoccluded.end(), [](float v) { return v == 0; })) {
        return;  // lips and lids are closed
    }
    buffers.region.resize(patch.records.size());
    mark_region(disoccluded.data(), rect.width, rect.height, buffers.region.data());
    network.predict(patch, source_scale, buffers.change);
    blend(patch, buffers.change.data(), buffers.region.data(), rgb);
}

/// Marks the patch's pixels inside the mouth. @return whether there are any
bool mark_mouth(const DisoccludedPatch& patch, int width, std::vector<std::uint8_t>& mouth) {
    bool has_mouth = false;
    const auto patch_width = static_cast<std::size_t>(patch.rect.width);
    for (std::size_t i = 0; i < patch.records.size(); ++i) {
        const std::uint8_t part = patch.records[i].part;
        if (is_mouth_value(part)) {
            mouth[(patch.rect.y + i / patch_width) * width + patch.rect.x + i % patch_width] = part;
            has_mouth = true;
        }
    }
    return has_mouth;
}

void soften(const std::vector<DisoccludedPatch>& patches,
            PaintBuffers& buffers,
            core::ImageU8& rgb) {
    std::vector<std::uint8_t>& mouth = buffers.mouth;
    mouth.assign(static_cast<std::size_t>(rgb.width) * rgb.height, 0);
    std::vector<PixelRect> rects;
    for (const DisoccludedPatch& patch : patches) {
        if (mark_mouth(patch, rgb.width, mouth)) {
            rects.push_back(patch.rect);
        }
    }
    if (rects.empty()) {
        return;
    }
    buffers.sharp = rgb;
    for (const PixelRect& rect : rects) {
        for (int y = rect.y; y < rect.y + rect.height; ++y) {
            for (int x = rect.x; x < rect.x + rect.width; ++x) {
                const float softening = kernels::mouth_softening(mouth.data(), rgb.width, x, y);
                if (softening > 0) {
                    kernels::soften_mouth(
                        buffers.sharp.data.data(), rgb.width, x, y, softening, rgb.at(x, y));
                }
            }
        }
    }
}

}  // namespace

void paint_patches(const HostNetwork& network,
                   const std::vector<DisoccludedPatch>& patches,
                   float source_scale,
                   PaintBuffers& buffers,
                   core::ImageU8& rgb) {
    for (const DisoccludedPatch& patch : patches) {
        paint_patch(network, patch, source_scale, buffers, rgb);
    }
    soften(patches, buffers, rgb);
}

}  // namespace vasa::decode::tiles
