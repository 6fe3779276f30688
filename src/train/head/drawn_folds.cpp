// SPDX-License-Identifier: Apache-2.0
#include "head/drawn_folds.h"

#include "vasa/core/smoothstep.h"

#include <cmath>

namespace vasa::train {
namespace {

using head::SkinMap;

/// Light across a furrow.
/// @param side_cm  signed distance from it; positive on the side that faces the light
float furrow(float side_cm, float depth, float width_cm) {
    constexpr float kBankDistance = 2.0F, kBankWidth = 1.8F, kBankLight = 0.35F;  // of the furrow's
    const float at = side_cm / width_cm;
    const float bank = (at - kBankDistance) / kBankWidth;
    return depth * (kBankLight * std::exp(-bank * bank) - std::exp(-at * at));
}

/// A furrow across the forehead: its height in the middle of the face, and how it runs.
struct ForeheadLine {
    float height_cm, depth, half_length_cm, wave_cm, phase_rad;
};

/// Lines of raised brows. They follow the brows' arch, weaken towards the temples, and differ.
constexpr ForeheadLine kForehead[] = {
    {6.25F, 0.13F, 3.6F, 0.05F, 0.6F},
    {6.85F, 0.17F, 4.4F, 0.07F, 2.1F},
    {7.45F, 0.13F, 3.8F, 0.06F, 4.0F},
};

float raised_brows(float x, float y) {
    constexpr float kWidth_cm = 0.085F, kArch = 0.022F, kWave = 1.7F;  // arch: cm a cm²
    float sum = 0;
    for (const ForeheadLine& line : kForehead) {
        const float height =
            line.height_cm - kArch * x * x + line.wave_cm * std::sin(kWave * x + line.phase_rad);
        const float reach = 1 - core::smoothstep(0.4F, 1.0F, x / line.half_length_cm);
        sum += furrow(height - y, line.depth * reach, kWidth_cm);
    }
    return sum;
}

float lowered_brows(float x, float y) {
    // A line beside the middle that leans outwards, and one across the root of the nose.
    constexpr float kWidth_cm = 0.085F, kBeside_cm = 0.55F, kLean = 0.12F, kMiddle_cm = 5.1F;
    constexpr float kHalfHeight_cm = 0.95F, kDepth = 0.2F;
    const float upright = x - kBeside_cm - kLean * (y - kMiddle_cm);
    const float along = std::fabs(y - kMiddle_cm) / kHalfHeight_cm;
    float sum = furrow(upright, kDepth * (1 - core::smoothstep(0.4F, 1.0F, along)), kWidth_cm);
    constexpr float kRoot_cm = 3.75F, kRootLength_cm = 0.75F, kRootDepth = 0.12F;
    sum += furrow(kRoot_cm - y,
                  kRootDepth * (1 - core::smoothstep(0.4F, 1.0F, x / kRootLength_cm)),
                  kWidth_cm);
    // The skin that is pushed together bulges: what lies between the brows is darker.
    constexpr float kShade = 0.05F, kShadeWidth_cm = 0.9F;
    const float dx = x / kShadeWidth_cm, dy = (y - kMiddle_cm) / kShadeWidth_cm;
    return sum - kShade * std::exp(-dx * dx - dy * dy);
}

}  // namespace

std::vector<float> draw_folds(head::Fold fold) {
    std::vector<float> out;
    out.reserve(static_cast<std::size_t>(SkinMap::kHeight) * SkinMap::kHalfWidth);
    for (int row = 0; row < SkinMap::kHeight; ++row) {
        const float y = SkinMap::kTop_cm - (static_cast<float>(row) + 0.5F) * SkinMap::kTexel_cm;
        for (int column = 0; column < SkinMap::kHalfWidth; ++column) {
            const float x = (static_cast<float>(column) + 0.5F) * SkinMap::kTexel_cm;
            out.push_back(fold == head::Fold::BrowUp ? raised_brows(x, y) : lowered_brows(x, y));
        }
    }
    return out;
}

}  // namespace vasa::train
