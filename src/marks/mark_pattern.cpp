// SPDX-License-Identifier: Apache-2.0
#include "mark_pattern.h"

#include "key_stream.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace vasa::marks {
namespace {

constexpr double kPi = 3.141592653589793;
/// Waves along both axes: stripes along one show sooner.
constexpr std::size_t kMinHalfPeriods = 2;
constexpr auto kMaxHalfPeriods = static_cast<std::size_t>(2 * kBlock_px / kMinWavelength_px);

/// Cycles per pixel of a wave.
double frequency_of_wave(std::size_t horizontal, std::size_t vertical) {
    return std::hypot(static_cast<double>(horizontal), static_cast<double>(vertical)) /
           (2.0 * kBlock_px);
}

std::array<float, kBlock_px> cosine(std::size_t half_periods) {
    std::array<float, kBlock_px> values{};
    const double amplitude = half_periods == 0 ? 1.0 : std::sqrt(2.0);
    for (std::size_t i = 0; i < kBlock_px; ++i) {
        const double phase = kPi * static_cast<double>(half_periods) *
                             (static_cast<double>(i) + 0.5) / static_cast<double>(kBlock_px);
        values[i] = static_cast<float>(amplitude * std::cos(phase));
    }
    return values;
}

/// Share of the mean noise that is added to each block's own: blocks without content, as beyond a
/// crop, must not weigh most.
constexpr float kMeanNoiseShare = 0.3F;

}  // namespace

std::vector<MarkPattern::Wave> MarkPattern::usable_waves() {
    std::vector<Wave> waves;
    for (std::size_t v = kMinHalfPeriods; v <= kMaxHalfPeriods; ++v) {
        for (std::size_t h = kMinHalfPeriods; h <= kMaxHalfPeriods; ++h) {
            const double frequency = frequency_of_wave(h, v);
            if (frequency >= 1.0 / kMaxWavelength_px && frequency <= 1.0 / kMinWavelength_px) {
                waves.push_back({h, v, 1.0F / smoothing_at(frequency)});
            }
        }
    }
    return waves;
}

MarkPattern::MarkPattern(const WatermarkKey& key) : waves_(usable_waves()) {
    for (std::size_t i = 0; i <= kMaxHalfPeriods; ++i) {
        cosines_.push_back(cosine(i));
    }
    KeyStream random(key);
    std::array<std::size_t, kNumBlocks> order{};
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = kNumBlocks; i > 1; --i) {
        std::swap(order[i - 1], order[random.below(static_cast<std::uint32_t>(i))]);
    }
    for (std::size_t i = 0; i < kNumBlocks; ++i) {
        Block& block = blocks_[order[i]];
        block.symbol = i < kNumSyncBlocks ? -1 : static_cast<int>(i - kNumSyncBlocks);
    }
    for (Block& block : blocks_) {
        block.wave = random.below(static_cast<std::uint32_t>(waves_.size()));
        block.sign = random.sign();
    }
}

BlockValues MarkPattern::amplitudes(const CodeSymbols& symbols) const {
    BlockValues values = sync_amplitudes();
    for (std::size_t i = 0; i < kNumBlocks; ++i) {
        if (blocks_[i].symbol >= 0) {
            values[i] = blocks_[i].sign * symbols[static_cast<std::size_t>(blocks_[i].symbol)];
        }
    }
    return values;
}

BlockValues MarkPattern::sync_amplitudes() const {
    BlockValues values{};
    for (std::size_t i = 0; i < kNumBlocks; ++i) {
        values[i] = blocks_[i].symbol < 0 ? blocks_[i].sign : 0.0F;
    }
    return values;
}

CodeSymbols MarkPattern::symbols_of(const BlockValues& scores) const {
    CodeSymbols symbols{};
    for (std::size_t i = 0; i < kNumBlocks; ++i) {
        if (blocks_[i].symbol >= 0) {
            symbols[static_cast<std::size_t>(blocks_[i].symbol)] = blocks_[i].sign * scores[i];
        }
    }
    return symbols;
}

ComplexPlane MarkPattern::draw(const BlockValues& amplitudes) const {
    ComplexPlane tile(kTile_px);
    for (std::size_t i = 0; i < kNumBlocks; ++i) {
        const Wave& wave = waves_[blocks_[i].wave];
        const std::size_t left = i % kBlocksPerSide * kBlock_px;
        const std::size_t top = i / kBlocksPerSide * kBlock_px;
        for (std::size_t y = 0; y < kBlock_px; ++y) {
            const float row = amplitudes[i] * wave.factor * cosines_[wave.vertical][y];
            float* const pixels = tile.real.data() + (top + y) * kTile_px + left;
            for (std::size_t x = 0; x < kBlock_px; ++x) {
                pixels[x] = row * cosines_[wave.horizontal][x];
            }
        }
    }
    return tile;
}

std::vector<float> MarkPattern::wave_scores(const std::vector<float>& pixels,
                                            std::size_t left,
                                            std::size_t top) const {
    std::vector<float> scores(waves_.size());
    for (std::size_t y = 0; y < kBlock_px; ++y) {
        const float* const row = pixels.data() + (top + y) % kTile_px * kTile_px;
        std::array<float, kMaxHalfPeriods + 1> row_sums{};
        for (std::size_t h = kMinHalfPeriods; h <= kMaxHalfPeriods; ++h) {
            for (std::size_t x = 0; x < kBlock_px; ++x) {
                row_sums[h] += row[(left + x) % kTile_px] * cosines_[h][x];
            }
        }
        for (std::size_t i = 0; i < waves_.size(); ++i) {
            scores[i] += row_sums[waves_[i].horizontal] * cosines_[waves_[i].vertical][y];
        }
    }
    for (std::size_t i = 0; i < waves_.size(); ++i) {
        scores[i] *= waves_[i].factor;
    }
    return scores;
}

BlockValues MarkPattern::correlate(const std::vector<float>& pixels,
                                   std::size_t shift_x,
                                   std::size_t shift_y) const {
    BlockValues scores{}, noise{};
    float mean_noise = 0;
    for (std::size_t i = 0; i < kNumBlocks; ++i) {
        const std::vector<float> waves = wave_scores(pixels,
                                                     i % kBlocksPerSide * kBlock_px + shift_x,
                                                     i / kBlocksPerSide * kBlock_px + shift_y);
        scores[i] = waves[blocks_[i].wave];
        float squares = -scores[i] * scores[i];
        for (const float score : waves) {
            squares += score * score;
        }
        noise[i] = std::max(squares, 0.0F) / static_cast<float>(waves.size() - 1);
        mean_noise += noise[i] / static_cast<float>(kNumBlocks);
    }
    for (std::size_t i = 0; i < kNumBlocks && mean_noise > 0; ++i) {
        scores[i] /= noise[i] + kMeanNoiseShare * mean_noise;
    }
    return scores;
}

float smoothing_at(double frequency) {
    // The transfer function of a Gaussian.
    return static_cast<float>(
        std::exp(-2.0 * kPi * kPi * kEdgeSigma_px * kEdgeSigma_px * frequency * frequency));
}

void smooth_spectrum(ComplexPlane& spectrum) {
    std::vector<float> share(spectrum.size);
    for (std::size_t i = 0; i < spectrum.size; ++i) {
        share[i] = smoothing_at(static_cast<double>(frequency_of(i, spectrum.size)));
    }
    for (std::size_t i = 0; i < spectrum.real.size(); ++i) {
        // A Gaussian of a distance is the product of those of its coordinates.
        const float factor = share[i / spectrum.size] * share[i % spectrum.size];
        spectrum.real[i] *= factor;
        spectrum.imaginary[i] *= factor;
    }
}

}  // namespace vasa::marks
