// SPDX-License-Identifier: Apache-2.0
#include "vasa/pairs/mouth_agreement.h"

#include "vasa/core/colour.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace vasa::pairs {
namespace {

using head::Part;
using Rgb = std::array<std::uint8_t, 3>;

constexpr float kWholeShading = 127.5F;
/// Teeth that the geometry shades darker than this may have any colour.
constexpr float kLitTeeth = 0.4F;

/// @param values  reordered
float quantile(std::vector<float>& values, double share) {
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(
                                         share * (static_cast<double>(values.size()) - 1.0) + 0.5);
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

}  // namespace

void mark_agreement(const decode::PixelRecord* records,
                    const Rgb* picture,
                    int num_pixels,
                    std::uint8_t* out) {
    std::fill_n(out, num_pixels, std::uint8_t{1});
    std::vector<float> inside, skin;
    for (int i = 0; i < num_pixels; ++i) {
        if (decode::is_mouth_value(records[i].part)) {
            inside.push_back(core::luminance(picture[i].data()));
        } else if (records[i].part == decode::part_value(Part::Skin)) {
            skin.push_back(core::saturation(picture[i].data()));
        }
    }
    if (inside.empty() || skin.empty()) {
        return;
    }
    // Teeth are bright and less saturated than the skin around; the light sets how bright.
    constexpr float kBright = 0.55F, kVeryBright = 0.80F, kBrightLit = 0.40F;
    const float bright = quantile(inside, 0.9);
    const float max_saturation = core::max_teeth_saturation(quantile(skin, 0.5));
    for (int i = 0; i < num_pixels; ++i) {
        if (!decode::is_mouth_value(records[i].part)) {
            continue;
        }
        const bool is_pale = core::saturation(picture[i].data()) < max_saturation;
        const float light = core::luminance(picture[i].data()) / std::max(bright, 1.0F);
        if (decode::is_teeth_value(records[i].part)) {
            const bool is_lit = static_cast<float>(records[i].shading) > kLitTeeth * kWholeShading;
            out[i] = !is_lit || (is_pale && light > kBrightLit) ? 1 : 0;
        } else {
            out[i] = light > kVeryBright || (is_pale && light > kBright) ? 0 : 1;
        }
    }
}

}  // namespace vasa::pairs
