// SPDX-License-Identifier: Apache-2.0
#include "mark_strength.h"

#include "vasa/core/vector_clones.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace vasa::marks {
namespace {

/// Adds a row of cells' sums and sums of squares.
VASA_VECTOR_CLONES void add_row(const std::uint8_t* luma, int num_cells, int* sums, int* squares) {
    for (int cell = 0; cell < num_cells; ++cell) {
        int sum = 0, square = 0;
        for (int x = 0; x < kStrengthCell_px; ++x) {
            const int value = luma[cell * kStrengthCell_px + x];
            sum += value;
            square += value * value;
        }
        sums[cell] += sum;
        squares[cell] += square;
    }
}

/// Where a pixel lies between two cells' centres.
struct CellPosition {
    int first = 0, second = 0;
    float share = 0;  ///< of the second
};

CellPosition cell_position(int pixel, int num_cells) {
    const float place =
        (static_cast<float>(pixel) + 0.5F) / static_cast<float>(kStrengthCell_px) - 0.5F;
    const int first = static_cast<int>(std::floor(place));
    return {std::clamp(first, 0, num_cells - 1),
            std::clamp(first + 1, 0, num_cells - 1),
            place - static_cast<float>(first)};
}

}  // namespace

StrengthGrid::StrengthGrid(const std::uint8_t* luma,
                           int width,
                           int height,
                           const MarkStrengthParams& params)
    : num_columns(std::max(1, width / kStrengthCell_px)),
      num_rows(std::max(1, height / kStrengthCell_px)),
      values(static_cast<std::size_t>(num_columns) * static_cast<std::size_t>(num_rows),
             params.flat) {
    // An incomplete cell at the right or lower edge has its neighbour's strength.
    const int full_columns = width / kStrengthCell_px, full_rows = height / kStrengthCell_px;
    constexpr float kArea = kStrengthCell_px * kStrengthCell_px;
    double energy = 0;
    std::vector<int> sums(static_cast<std::size_t>(num_columns)), squares(sums.size());
    for (int row = 0; row < full_rows; ++row) {
        std::fill(sums.begin(), sums.end(), 0);
        std::fill(squares.begin(), squares.end(), 0);
        for (int y = 0; y < kStrengthCell_px; ++y) {
            add_row(luma + static_cast<std::ptrdiff_t>(row * kStrengthCell_px + y) * width,
                    full_columns,
                    sums.data(),
                    squares.data());
        }
        for (int column = 0; column < full_columns; ++column) {
            const auto i = static_cast<std::size_t>(column);
            const float mean = static_cast<float>(sums[i]) / kArea;
            const float variance = static_cast<float>(squares[i]) / kArea - mean * mean;
            const float deviation = std::sqrt(std::max(variance, 0.0F));
            const float strength =
                std::min(params.flat + params.per_deviation * deviation, params.max);
            values[static_cast<std::size_t>(row) * sums.size() + i] = strength;
            energy += static_cast<double>(strength * strength);
        }
    }
    const double num_cells = std::max(1, full_columns * full_rows);
    const auto rms = static_cast<float>(std::sqrt(energy / num_cells));
    if (rms > params.max_rms) {
        for (float& value : values) {
            value *= params.max_rms / rms;
        }
    }
}

void StrengthGrid::interpolate(int y, int width, float* strengths) const {
    const CellPosition rows = cell_position(y, num_rows);
    const float* const upper =
        values.data() + static_cast<std::ptrdiff_t>(rows.first) * num_columns;
    const float* const lower =
        values.data() + static_cast<std::ptrdiff_t>(rows.second) * num_columns;
    const auto at = [&](int column) {
        return upper[column] + (lower[column] - upper[column]) * rows.share;
    };
    constexpr int kHalf = kStrengthCell_px / 2;
    std::fill(strengths, strengths + std::min(kHalf, width), at(0));
    int x = kHalf;
    for (int column = 0; column + 1 < num_columns; ++column) {
        const float left = at(column);
        const float step = (at(column + 1) - left) / static_cast<float>(kStrengthCell_px);
        for (int i = 0; i < kStrengthCell_px; ++i) {
            strengths[x + i] = left + step * (static_cast<float>(i) + 0.5F);
        }
        x += kStrengthCell_px;
    }
    if (x < width) {
        std::fill(strengths + x, strengths + width, at(num_columns - 1));
    }
}

}  // namespace vasa::marks
