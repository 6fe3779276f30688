// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/marks/watermark.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vasa::marks {

constexpr int kStrengthCell_px = 8;

/// Strength of the mark for each cell of kStrengthCell_px pixels, from a frame's luma.
struct StrengthGrid {
    int num_columns = 0, num_rows = 0;
    std::vector<float> values;

    StrengthGrid(const std::uint8_t* luma,
                 int width,
                 int height,
                 const MarkStrengthParams& params = {});

    /// Strengths of a row of pixels, linear between the cells' centres.
    /// @param strengths  [width]
    void interpolate(int y, int width, float* strengths) const;
};

}  // namespace vasa::marks
