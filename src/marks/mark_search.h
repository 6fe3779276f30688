// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fourier.h"
#include "mark_pattern.h"

#include "vasa/core/image.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vasa::marks {

/// How a pattern may lie in the evidence.
struct MarkPlacement {
    double scale_x = 1, scale_y = 1;       ///< pixels of the evidence per pixel of the pattern
    std::size_t shift_x = 0, shift_y = 0;  ///< where the tile begins, pattern pixels
    double peak = 0;  ///< correlation with the synchronisation blocks, standard deviations
};

/// Looks for a key's pattern in evidence of frames.
class MarkSearch {
  public:
    /// @param evidence  as FrameEvidence::mean()
    MarkSearch(const MarkPattern& pattern, core::ImageF evidence);

    static constexpr int kAnywhere = -1;
    /// The best place at one scale.
    /// @param reach_px  how far the tile's begin may be from the frame's corner, or kAnywhere
    MarkPlacement best_at(double scale_x, double scale_y, int reach_px = kAnywhere) const;
    /// The best of places and scales: `num_scales` scales, each `step` times the one before.
    MarkPlacement best_of_scales(double first_scale, double step, int num_scales) const;

    /// Correlation of every block at a place.
    BlockValues scores_at(const MarkPlacement& placement) const;

    int width() const { return evidence_.width; }
    int height() const { return evidence_.height; }

  private:
    /// Correlations with the synchronisation blocks at all shifts (real part), and the evidence
    /// with the weights of all frequencies made equal and the pattern's smoothing (imaginary part).
    ComplexPlane correlate(double scale_x, double scale_y) const;

    const MarkPattern& pattern_;
    core::ImageF evidence_;
    std::vector<std::uint16_t> rings_;  ///< length of each frequency of a tile
    ComplexPlane sync_;                 ///< transform of the synchronisation blocks
};

}  // namespace vasa::marks
