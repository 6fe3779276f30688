// SPDX-License-Identifier: Apache-2.0
// The CPU's way to make frames: tile by tile, so that samples stay in the processor's cache, with
// loops over arrays of one value each, which compilers turn into SIMD instructions.
#pragma once

#include "kernels/pixel_geometry.h"

#include "vasa/core/image.h"
#include "vasa/decode/pixel_record.h"
#include "vasa/head/rasterizer.h"

#include <array>
#include <cstdint>
#include <vector>

namespace vasa::decode::tiles {

constexpr int kTile = head::TileRasterizer::kTile_px;
constexpr int kNumSamples = kTile * kTile;

template <typename T>
using SampleArray = std::array<T, kNumSamples>;

/// What one layer shows at the samples of a tile.
struct LayerSamples {
    alignas(64) SampleArray<std::int32_t> triangle{};    ///< -1 = nothing
    alignas(64) SampleArray<float> inv_z{}, b1{}, b2{};  ///< as in RasterSample
    alignas(64) SampleArray<float> u{}, v{};             ///< canvas pixels

    head::RasterSample at(std::size_t i) const { return {triangle[i], inv_z[i], b1[i], b2[i]}; }
};

/// Samples of both layers of a tile, and what their shading needs.
struct TileSamples {
    LayerSamples head, card;
    bool is_empty = true;  ///< neither layer shows anything; the arrays are then undefined
    /// Rows of samples in which the card may show; in all others the head hides it, and the card's
    /// arrays are undefined.
    int card_begin = 0, card_end = 0;
    /// Cover of the person card by the head, 0..1, as shade_head() computes it.
    alignas(64) SampleArray<float> cover{};
    /// Share of the canvas in the head's colour; -1 where another texture may show.
    alignas(64) SampleArray<float> from_source{};
    /// Index of the canvas pixel at the upper left of a sample.
    alignas(64) SampleArray<std::int32_t> head_texel{}, card_texel{};
};

/// Samples of the frame pixel (x, y) of a tile, row by row.
inline std::array<std::size_t, kOversample * kOversample> samples_of(int x, int y) {
    static_assert(kOversample == 2);
    const std::size_t i = static_cast<std::size_t>(y) * 2 * kTile + static_cast<std::size_t>(x) * 2;
    return {i, i + 1, i + kTile, i + kTile + 1};
}

/// The layers of one frame, ready to be drawn.
struct FrameLayers {
    const kernels::Scene& scene;
    kernels::Posed posed;
    const head::TileRasterizer &head, &card;
    const head::ScreenVertex *head_screen, *card_screen;
};

/// Draws both layers of a tile.
void draw_tile(const FrameLayers& layers, int tile, TileSamples& out);

/// Colours of a drawn tile, as kernels::shade() and finish_pixel() compute them. Overwrites the
/// places on the canvas.
void shade_tile(const FrameLayers& layers, int tile, TileSamples& samples, core::ImageU8& rgb);

/// Adds what the samples of the frame pixel (x, y) of a tile show.
inline void add_samples(const TileSamples& samples, int x, int y, kernels::PixelSum& sum) {
    if (!samples.is_empty) {
        for (const std::size_t i : samples_of(x, y)) {
            sum.add(samples.head.at(i), samples.card.at(i));
        }
    }
}

/// Records of the pixels of a drawn and shaded tile that lie in a patch.
void record_tile(const FrameLayers& layers,
                 int tile,
                 const TileSamples& samples,
                 const core::ImageU8& rgb,
                 DisoccludedPatch& patch);

}  // namespace vasa::decode::tiles
