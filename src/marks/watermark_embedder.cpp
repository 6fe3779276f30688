// SPDX-License-Identifier: Apache-2.0
#include "convolutional_code.h"
#include "mark_pattern.h"
#include "mark_strength.h"

#include "vasa/core/bt709.h"
#include "vasa/core/error.h"
#include "vasa/core/vector_clones.h"
#include "vasa/marks/watermark.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace vasa::marks {
namespace {

/// Limits of luma, BT.709.
constexpr int kBlack = 16, kWhite = 235;
/// Full range of RGB relative to that of luma.
constexpr float kRgbOfLuma = 255.0F / static_cast<float>(kWhite - kBlack);

/// Nearest integer of a change, which is far smaller than the offset: without a call, so that
/// loops use vector instructions.
inline int rounded(float change) {
    constexpr int kOffset = 1024;
    return static_cast<int>(change + (static_cast<float>(kOffset) + 0.5F)) - kOffset;
}

VASA_VECTOR_CLONES void mark_luma_row(std::uint8_t* luma,
                                      const float* strengths,
                                      const float* pattern,
                                      int width) {
    for (int x = 0; x < width; ++x) {
        const int value = luma[x] + rounded(strengths[x] * pattern[x]);
        // A value outside the limits, as in frames of others, does not go further out.
        const int low = std::min<int>(luma[x], kBlack), high = std::max<int>(luma[x], kWhite);
        luma[x] = static_cast<std::uint8_t>(std::clamp(value, low, high));
    }
}

VASA_VECTOR_CLONES void mark_rgb_row(std::uint8_t* rgb,
                                     const float* strengths,
                                     const float* pattern,
                                     int width) {
    for (int x = 0; x < width; ++x) {
        const int change = rounded(kRgbOfLuma * strengths[x] * pattern[x]);
        for (int c = 0; c < 3; ++c) {
            rgb[3 * x + c] = static_cast<std::uint8_t>(std::clamp(rgb[3 * x + c] + change, 0, 255));
        }
    }
}

/// The marked tile, mean square 1, two of it side by side, so that rows have no seam.
std::vector<float> make_tile(const WatermarkKey& key, std::uint64_t payload) {
    const MarkPattern pattern(key);
    ComplexPlane tile = pattern.draw(pattern.amplitudes(encode_payload(payload)));
    transform(tile);
    smooth_spectrum(tile);
    inverse_transform(tile);
    double energy = 0;
    for (const float value : tile.real) {
        energy += static_cast<double>(value * value);
    }
    const auto factor =
        static_cast<float>(1.0 / std::sqrt(energy / static_cast<double>(tile.real.size())));
    for (float& value : tile.real) {
        value *= factor;
    }
    return std::move(tile.real);
}

/// A row of the repeated tile.
void repeat_row(const std::vector<float>& tile, int y, int width, float* row) {
    const float* const first = tile.data() + static_cast<std::size_t>(y) % kTile_px * kTile_px;
    for (int x = 0; x < width; x += static_cast<int>(kTile_px)) {
        std::copy_n(first, std::min(width - x, static_cast<int>(kTile_px)), row + x);
    }
}

}  // namespace

struct WatermarkEmbedder::State {
    std::vector<float> tile;
    MarkStrengthParams strength;

    /// Calls `mark_row(y, strengths, pattern)` for every row.
    template <typename MarkRow>
    void mark(const std::uint8_t* luma, int width, int height, MarkRow mark_row) const {
        const StrengthGrid grid(luma, width, height, strength);
        std::vector<float> strengths(static_cast<std::size_t>(width)), row(strengths.size());
        for (int y = 0; y < height; ++y) {
            grid.interpolate(y, width, strengths.data());
            repeat_row(tile, y, width, row.data());
            mark_row(y, strengths.data(), row.data());
        }
    }
};

WatermarkEmbedder::WatermarkEmbedder(const WatermarkKey& key,
                                     std::uint64_t payload,
                                     const MarkStrengthParams& strength)
    : state_(std::make_unique<const State>(State{make_tile(key, payload), strength})) {}

WatermarkEmbedder::~WatermarkEmbedder() = default;

void WatermarkEmbedder::mark_luma(std::uint8_t* luma, int width, int height) const {
    state_->mark(luma, width, height, [&](int y, const float* strengths, const float* pattern) {
        mark_luma_row(luma + static_cast<std::ptrdiff_t>(y) * width, strengths, pattern, width);
    });
}

void WatermarkEmbedder::mark_rgb(core::ImageU8& rgb) const {
    if (rgb.channels != 3) {
        throw core::Error(
            core::ErrorKind::Internal,
            "watermark: frame of " + std::to_string(rgb.channels) + " channels, expected 3");
    }
    std::vector<std::uint8_t> luma(rgb.data.size() / 3);
    for (std::size_t i = 0; i < luma.size(); ++i) {
        luma[i] = core::bt709::luma(rgb.data[3 * i], rgb.data[3 * i + 1], rgb.data[3 * i + 2]);
    }
    state_->mark(luma.data(),
                 rgb.width,
                 rgb.height,
                 [&](int y, const float* strengths, const float* pattern) {
                     mark_rgb_row(rgb.row(y), strengths, pattern, rgb.width);
                 });
}

}  // namespace vasa::marks
