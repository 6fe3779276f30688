// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/painting.h"

#include "vasa/decode/frame_conditions.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace vasa::decode {

/// Value of the condition SourceScale for a portrait.
/// @param source_scale  portrait pixels per frame pixel
float scale_condition(float source_scale);

/// The wave along a jaw at all places that records can hold, [kNumToothWaves].
const std::vector<ToothWave>& tooth_waves();

/// fill_conditions() in the network's input order: 2×2 pixels are folded into one, whose channels
/// are, condition by condition, those of the four pixels, row by row.
///
/// @tparam Number  made from float
/// @param width, height  even
/// @param out            [height / 2, width / 2, 4 · kNumConditions]
template <typename Number>
void fold_conditions(
    const PixelRecord* records, int width, int height, float source_scale, Number* out) {
    const float scale = scale_condition(source_scale);
    const ToothWave* const waves = tooth_waves().data();
    std::array<float, kNumConditions> values;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            kernels::condition_values(
                records[static_cast<std::ptrdiff_t>(y) * width + x], scale, waves, values.data());
            Number* const cell =
                out +
                (static_cast<std::ptrdiff_t>(y / 2) * (width / 2) + x / 2) * (4 * kNumConditions) +
                (y % 2) * 2 + x % 2;
            for (int c = 0; c < kNumConditions; ++c) {
                cell[4 * c] = static_cast<Number>(values[c]);
            }
        }
    }
}

}  // namespace vasa::decode
