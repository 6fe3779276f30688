// SPDX-License-Identifier: Apache-2.0
#include "kernels/pixel_geometry.h"
#include "kernels/shading.h"
#include "kernels/skin_gain.h"
#include "tiles/tile_samples.h"

#include "vasa/core/vector_clones.h"

#include <algorithm>

namespace vasa::decode::tiles {
namespace {

/// Replaces canvas coordinates by their fractions and computes the pixels before them, as
/// sample_rgba() does.
/// @param begin, end  rows of samples
inline void find_texels(const ImageView& canvas,
                        int begin,
                        int end,
                        float* __restrict u,
                        float* __restrict v,
                        std::int32_t* __restrict texel) {
    const float right = static_cast<float>(canvas.width) - 1.001F;
    const float bottom = static_cast<float>(canvas.height) - 1.001F;
    const int width = canvas.width;
#pragma omp simd
    for (int i = begin * kTile; i < end * kTile; ++i) {
        const float x = kernels::smaller(kernels::larger(u[i] - 0.5F, 0.0F), right);
        const float y = kernels::smaller(kernels::larger(v[i] - 0.5F, 0.0F), bottom);
        const int ix = static_cast<int>(x), iy = static_cast<int>(y);
        u[i] = x - static_cast<float>(ix);
        v[i] = y - static_cast<float>(iy);
        texel[i] = iy * width + ix;
    }
}

/// sample_rgba() at the place that find_texels() found.
inline Float4 canvas_colour(const ImageView& canvas, std::int32_t texel, float fx, float fy) {
    return blend_four(canvas.data + static_cast<std::size_t>(texel) * 4, canvas.width, fx, fy);
}

/// kernels::shade() of a sample that shows anything.
inline Float4 shade_sample(const FrameLayers& layers, const TileSamples& s, std::size_t i) {
    const ImageView& canvas = layers.scene.canvas;
    float cover = 0;
    Float4 colour = splat(0.0F);
    if (s.head.triangle[i] >= 0) {
        if (s.from_source[i] >= 0.999F) {
            cover = s.cover[i];
            colour = canvas_colour(canvas, s.head_texel[i], s.head.u[i], s.head.v[i]);
        } else {
            colour = kernels::shade_head(layers.scene, layers.posed, s.head.at(i), cover);
        }
        colour = colour * splat(cover);
    }
    if (cover < 0.999F && s.card.triangle[i] >= 0) {
        const Float4 c = canvas_colour(canvas, s.card_texel[i], s.card.u[i], s.card.v[i]);
        const bool is_behind = layers.posed.behind > 0 && s.head.triangle[i] >= 0;
        const float own = c[3] * (1.0F / 255.0F);
        const float alpha =
            (is_behind ? kernels::cover_before_head(layers.posed, own) : own) * (1 - cover);
        colour = colour + c * splat(alpha);
        cover += alpha;
    }
    if (layers.posed.behind > 0 && s.head.triangle[i] >= 0) {
        kernels::add_behind(layers.scene, layers.posed, s.head.at(i), colour, cover);
    }
    colour[3] = cover;
    return colour;
}

/// Copies the background to a tile that shows nothing else.
void show_background(const FrameLayers& layers, int x0, int y0, core::ImageU8& rgb) {
    constexpr int kSide = kTile / kOversample;
    for (int y = 0; y < kSide; ++y) {
        std::uint8_t* const out = rgb.at(x0 / kOversample, y0 / kOversample + y);
        std::copy_n(layers.scene.plate + (out - rgb.data.data()), 3 * kSide, out);
    }
}

// Functions with variants for several processors would be exported if others could call them.
VASA_VECTOR_CLONES void shade(const FrameLayers& layers,
                              int tile,
                              TileSamples& s,
                              core::ImageU8& rgb) {
    const auto [x0, y0] = layers.head.tile_origin(tile);
    if (s.is_empty) {
        show_background(layers, x0, y0, rgb);
        return;
    }
    const kernels::Scene& scene = layers.scene;
    find_texels(scene.canvas, 0, kTile, s.head.u.data(), s.head.v.data(), s.head_texel.data());
    find_texels(scene.canvas,
                s.card_begin,
                s.card_end,
                s.card.u.data(),
                s.card.v.data(),
                s.card_texel.data());
    for (int y = 0; y < kTile / kOversample; ++y) {
        std::uint8_t* out = rgb.at(x0 / kOversample, y0 / kOversample + y);
        const std::uint8_t* behind = scene.plate + (out - rgb.data.data());
        for (int x = 0; x < kTile / kOversample; ++x, out += 3, behind += 3) {
            Float4 sum = splat(0.0F);
            bool is_empty = true;
            for (const std::size_t i : samples_of(x, y)) {
                if (s.head.triangle[i] >= 0 || s.card.triangle[i] >= 0) {
                    sum = sum + shade_sample(layers, s, i);
                    is_empty = false;
                }
            }
            if (is_empty) {
                std::copy_n(behind, 3, out);
            } else {
                const head::RasterSample first = s.head.at(samples_of(x, y)[0]);
                sum = sum * kernels::skin_gain(scene, layers.posed, first);
                kernels::finish_pixel(sum, behind, out);
            }
        }
    }
}

VASA_VECTOR_CLONES void record(const FrameLayers& layers,
                               int tile,
                               const TileSamples& samples,
                               const core::ImageU8& rgb,
                               DisoccludedPatch& patch) {
    constexpr int kSide = kTile / kOversample;
    const auto [x0, y0] = layers.head.tile_origin(tile);
    const PixelRect& rect = patch.rect;
    const int left = x0 / kOversample, top = y0 / kOversample;
    const int first_x = std::max(left, rect.x), first_y = std::max(top, rect.y);
    const int end_x = std::min(left + kSide, rect.x + rect.width);
    const int end_y = std::min(top + kSide, rect.y + rect.height);
    for (int y = first_y; y < end_y; ++y) {
        PixelRecord* const row =
            patch.records.data() + static_cast<std::ptrdiff_t>(y - rect.y) * rect.width - rect.x;
        for (int x = first_x; x < end_x; ++x) {
            kernels::PixelSum sum(layers.scene, layers.posed);
            add_samples(samples, x - left, y - top, sum);
            row[x] = kernels::record_of(rgb.at(x, y), sum.finish(nullptr));
        }
    }
}

}  // namespace

void shade_tile(const FrameLayers& layers, int tile, TileSamples& samples, core::ImageU8& rgb) {
    shade(layers, tile, samples, rgb);
}

void record_tile(const FrameLayers& layers,
                 int tile,
                 const TileSamples& samples,
                 const core::ImageU8& rgb,
                 DisoccludedPatch& patch) {
    record(layers, tile, samples, rgb, patch);
}

}  // namespace vasa::decode::tiles
