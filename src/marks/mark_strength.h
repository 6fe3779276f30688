// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vasa::marks {

/// How strong a mark is. Values are standard deviations of the mark's luma, of 255.
struct MarkStrengthParams {
    /// In flat areas: most pixels change by 1 or not at all.
    float flat = 0.6F;
    /// More for each unit of the picture's own standard deviation, which hides the mark.
    float per_deviation = 0.12F;
    float max = 2.0F;
    /// Limit of a whole frame's mean square, which keeps PSNR over 46 dB also in RGB, where the
    /// mark is 255/219 as strong.
    float max_rms = 1.05F;
};

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
