// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "convolutional_code.h"
#include "fourier.h"

#include "vasa/marks/watermark.h"

#include <array>
#include <cstddef>
#include <vector>

namespace vasa::marks {

// The pattern is a tile of square blocks, which repeats over the frame. Every block shows one wave
// (a basis function of the cosine transform), because an encoder's quantisation spares a single
// coefficient of some strength where it removes noise of the same energy.
constexpr std::size_t kTile_px = 512;  ///< a whole frame of this program: no repeats in it
constexpr std::size_t kBlock_px = 32;  ///< the largest transform of HEVC
constexpr std::size_t kBlocksPerSide = kTile_px / kBlock_px;
constexpr std::size_t kNumBlocks = kBlocksPerSide * kBlocksPerSide;
/// Blocks that hold a known sign, from which the detector finds the pattern's place and scale.
constexpr std::size_t kNumSyncBlocks = kNumBlocks - kNumSymbols;
/// Wavelengths. Shorter ones do not survive strong compression, longer ones drown in the picture.
constexpr double kMinWavelength_px = 9.0, kMaxWavelength_px = 16.0;
/// The blocks' edges are smoothed, so that they neither show nor cost bits.
constexpr double kEdgeSigma_px = 2.0;

/// A number for each block, in rows.
using BlockValues = std::array<float, kNumBlocks>;

/// The waves, signs and places of symbols that belong to a key.
class MarkPattern {
  public:
    explicit MarkPattern(const WatermarkKey& key);

    /// Signs of the blocks' waves for a code.
    BlockValues amplitudes(const CodeSymbols& symbols) const;
    /// Signs of the blocks for synchronisation; 0 for the others.
    BlockValues sync_amplitudes() const;
    /// The symbols in a detector's block scores.
    CodeSymbols symbols_of(const BlockValues& scores) const;

    /// The tile with its edges unsmoothed, in the real part.
    ComplexPlane draw(const BlockValues& amplitudes) const;
    /// Correlation of each block's wave with a tile's pixels, divided by the mean square of those
    /// of the other usable waves: the optimal weights for noise that differs between blocks.
    /// @param shift_x, shift_y  where in `pixels` the tile begins, 0..kTile_px-1
    BlockValues correlate(const std::vector<float>& pixels,
                          std::size_t shift_x,
                          std::size_t shift_y) const;

  private:
    struct Wave {
        std::size_t horizontal = 0, vertical = 0;  ///< half periods in a block
        float factor = 1;  ///< makes up for what the smoothing takes from it
    };
    struct Block {
        std::size_t wave = 0;  ///< index in waves_
        int symbol = -1;       ///< its index; -1 = synchronisation
        float sign = 1;
    };
    static std::vector<Wave> usable_waves();
    /// Correlations of a block with all usable waves.
    std::vector<float> wave_scores(const std::vector<float>& pixels,
                                   std::size_t left,
                                   std::size_t top) const;

    std::vector<Wave> waves_;  ///< the usable ones
    std::array<Block, kNumBlocks> blocks_;
    std::vector<std::array<float, kBlock_px>> cosines_;  ///< by half periods, mean square 1
};

/// Share of a frequency that the smoothing of edges leaves. @param frequency  cycles per pixel
float smoothing_at(double frequency);
/// Smooths edges: multiplies a transform by smoothing_at().
void smooth_spectrum(ComplexPlane& spectrum);

}  // namespace vasa::marks
