// SPDX-License-Identifier: Apache-2.0
#include "tiles/tile_samples.h"

#include "vasa/core/vector_clones.h"
#include "vasa/head/raster_triangle.h"

#include <algorithm>
#include <cstdlib>

namespace vasa::decode::tiles {
namespace {

using head::RasterEdge;
using head::RasterTriangle;

/// Samples of a row that are drawn at once.
constexpr int kLanes = 8;

/// Largest difference of two corners, in 1/256 sample, for which an edge's value fits in 32 bits at
/// every sample of the triangle and up to kLanes samples beside it: 2 · m · (m + 256 · kLanes) is
/// below 2³¹.
constexpr std::int64_t kMaxNarrow = 31000;

/// A value of the three corners.
struct Corners3 {
    float p = 0, q = 0, r = 0;
};

/// What a triangle writes at its samples besides its place.
struct TriangleValues {
    Corners3 u, v, alpha, from_source;
};

/// Arrays that a triangle writes to; the last two only for the head.
struct Arrays {
    std::int32_t* triangle;
    float *inv_z, *b1, *b2, *u, *v, *cover, *from_source;
};

bool is_narrow(const RasterTriangle& t) {
    std::int64_t largest = 0;
    for (const RasterEdge* e : {&t.e0, &t.e1, &t.e2}) {
        largest = std::max({largest, std::abs(e->a), std::abs(e->b)});
    }
    return largest <= kMaxNarrow;
}

float cover_of(float alpha) {
    return kernels::clamped(5.0F * alpha - 2.0F, 0.0F, 1.0F);
}

/// Draws kLanes samples of a row.
/// @param w     values of the edges at the first
/// @param step  their change from sample to sample
template <bool kIsHead>
inline void draw_lanes(const RasterTriangle& t,
                       std::int32_t index,
                       const TriangleValues& values,
                       const std::array<std::int32_t, 3>& w,
                       const std::array<std::int32_t, 3>& step,
                       const Arrays& out,
                       int first) {
    // Copies tell the compiler that nothing below changes them.
    const std::int32_t w_0 = w[0], w_1 = w[1], w_2 = w[2];
    const std::int32_t s_0 = step[0], s_1 = step[1], s_2 = step[2];
    const float scale = t.scale, z0 = t.z0, z1 = t.z1, z2 = t.z2;
    const float is_turned = t.is_turned ? 1.0F : 0.0F;
    const TriangleValues k = values;
    std::int32_t* __restrict const triangles = out.triangle + first;
    float* __restrict const depths = out.inv_z + first;
    float* __restrict const b1s = out.b1 + first;
    float* __restrict const b2s = out.b2 + first;
    float* __restrict const us = out.u + first;
    float* __restrict const vs = out.v + first;
    float* __restrict const covers = out.cover + first;
    float* __restrict const shares = out.from_source + first;
#pragma omp simd simdlen(8)
    for (int i = 0; i < kLanes; ++i) {
        const std::int32_t w0 = w_0 + i * s_0, w1 = w_1 + i * s_1, w2 = w_2 + i * s_2;
        const float l1 = static_cast<float>(w1) * scale, l2 = static_cast<float>(w2) * scale;
        const float l0 = 1.0F - l1 - l2;
        const float inv_z = l0 * z0 + l1 * z1 + l2 * z2;
        const float z = 1.0F / inv_z;
        const float ba = l1 * z1 * z, bb = l2 * z2 * z;
        const float b1 = is_turned > 0 ? bb : ba, b2 = is_turned > 0 ? ba : bb;
        const float a = 1 - b1 - b2;
        const float u = a * k.u.p + b1 * k.u.q + b2 * k.u.r;
        const float v = a * k.v.p + b1 * k.v.q + b2 * k.v.r;
        const float depth = depths[i];
        const float old_b1 = b1s[i], old_b2 = b2s[i], old_u = us[i], old_v = vs[i];
        const std::int32_t old_triangle = triangles[i];
        const bool is_seen = ((w0 | w1 | w2) >= 0) & (inv_z > depth);
        triangles[i] = is_seen ? index : old_triangle;
        depths[i] = is_seen ? inv_z : depth;
        b1s[i] = is_seen ? b1 : old_b1;
        b2s[i] = is_seen ? b2 : old_b2;
        us[i] = is_seen ? u : old_u;
        vs[i] = is_seen ? v : old_v;
        if (kIsHead) {
            const float cover = cover_of(a * k.alpha.p + b1 * k.alpha.q + b2 * k.alpha.r);
            const float from_source =
                a * k.from_source.p + b1 * k.from_source.q + b2 * k.from_source.r;
            const float old_cover = covers[i], old_share = shares[i];
            covers[i] = is_seen ? cover : old_cover;
            shares[i] = is_seen ? from_source : old_share;
        }
    }
}

/// Draws a triangle whose edges fit in 32 bits.
template <bool kIsHead>
inline void draw_narrow(const RasterTriangle& t,
                        std::int32_t index,
                        const TriangleValues& values,
                        int x0,
                        int y0,
                        const Arrays& out) {
    const std::array<const RasterEdge*, 3> edges = {&t.e0, &t.e1, &t.e2};
    const int begin = (t.x0 - x0) / kLanes * kLanes, end = t.x1 - x0;
    std::array<std::int32_t, 3> row, step, down;
    for (std::size_t k = 0; k < 3; ++k) {
        step[k] = static_cast<std::int32_t>(edges[k]->a * RasterTriangle::kSubpixel);
        down[k] = static_cast<std::int32_t>(edges[k]->b * RasterTriangle::kSubpixel);
        row[k] = static_cast<std::int32_t>(edges[k]->value) - (t.x0 - x0 - begin) * step[k];
    }
    for (int y = t.y0 - y0; y <= t.y1 - y0; ++y) {
        std::array<std::int32_t, 3> w = row;
        for (int x = begin; x <= end; x += kLanes) {
            draw_lanes<kIsHead>(t, index, values, w, step, out, y * kTile + x);
            for (std::size_t k = 0; k < 3; ++k) {
                w[k] += kLanes * step[k];
            }
        }
        for (std::size_t k = 0; k < 3; ++k) {
            row[k] += down[k];
        }
    }
}

/// Draws any triangle, one sample after the other.
template <bool kIsHead>
inline void draw_wide(const RasterTriangle& t,
                      std::int32_t index,
                      const TriangleValues& values,
                      int x0,
                      int y0,
                      const Arrays& out) {
    const auto mixed = [](const head::RasterSample& s, const Corners3& k) {
        const float a = 1 - s.b1 - s.b2;
        return a * k.p + s.b1 * k.q + s.b2 * k.r;
    };
    for (int y = t.y0; y <= t.y1; ++y) {
        for (int x = t.x0; x <= t.x1; ++x) {
            const int i = (y - y0) * kTile + x - x0;
            const std::int64_t w1 = edge_at(t, t.e1, x, y), w2 = edge_at(t, t.e2, x, y);
            const float inv_z = inverse_depth(t, w1, w2);
            if ((edge_at(t, t.e0, x, y) | w1 | w2) < 0 || !(inv_z > out.inv_z[i])) {
                continue;
            }
            const head::RasterSample s = head::sample_triangle(t, index, w1, w2, inv_z);
            out.triangle[i] = index;
            out.inv_z[i] = inv_z;
            out.b1[i] = s.b1;
            out.b2[i] = s.b2;
            out.u[i] = mixed(s, values.u);
            out.v[i] = mixed(s, values.v);
            if (kIsHead) {
                out.cover[i] = cover_of(mixed(s, values.alpha));
                out.from_source[i] = mixed(s, values.from_source);
            }
        }
    }
}

/// A tile's square, or some of its rows; right and bottom are inclusive, samples.
struct Window {
    int x0, y0, top, bottom;
};

template <bool kIsHead>
inline void draw_triangle(const kernels::Scene::Corners& corners,
                          const head::ScreenVertex* screen,
                          std::int32_t index,
                          const TriangleValues& values,
                          const Window& window,
                          const Arrays& out) {
    RasterTriangle t;
    if (!head::set_up_triangle(screen[corners[0]],
                               screen[corners[1]],
                               screen[corners[2]],
                               window.x0,
                               window.top,
                               window.x0 + kTile - 1,
                               window.bottom,
                               t)) {
        return;
    }
    if (is_narrow(t)) {
        draw_narrow<kIsHead>(t, index, values, window.x0, window.y0, out);
    } else {
        draw_wide<kIsHead>(t, index, values, window.x0, window.y0, out);
    }
}

VASA_VECTOR_CLONES void draw_head(const FrameLayers& layers,
                                  const std::vector<std::int32_t>& triangles,
                                  const Window& window,
                                  const Arrays& out) {
    const kernels::Scene& scene = layers.scene;
    for (const std::int32_t index : triangles) {
        const kernels::Scene::Corners& corners = scene.head_triangles[index];
        const VertexAttributes& p = layers.posed.attributes[corners[0]];
        const VertexAttributes& q = layers.posed.attributes[corners[1]];
        const VertexAttributes& r = layers.posed.attributes[corners[2]];
        TriangleValues values{{p.u, q.u, r.u}, {p.v, q.v, r.v}, {p.alpha, q.alpha, r.alpha}, {}};
        values.from_source = {p.from_source, q.from_source, r.from_source};
        if (head::is_eye_part(scene.head_parts[index]) || scene.lid_of[index] >= 0) {
            values.from_source = {-1, -1, -1};
        }
        draw_triangle<true>(corners, layers.head_screen, index, values, window, out);
    }
}

VASA_VECTOR_CLONES void draw_card(const FrameLayers& layers,
                                  const std::vector<std::int32_t>& triangles,
                                  const Window& window,
                                  const Arrays& out) {
    const kernels::Scene& scene = layers.scene;
    for (const std::int32_t index : triangles) {
        const kernels::Scene::Corners& corners = scene.card_triangles[index];
        const core::Vec2f& p = scene.card_places[corners[0]];
        const core::Vec2f& q = scene.card_places[corners[1]];
        const core::Vec2f& r = scene.card_places[corners[2]];
        const TriangleValues values{{p.x, q.x, r.x}, {p.y, q.y, r.y}, {}, {}};
        draw_triangle<false>(corners, layers.card_screen, index, values, window, out);
    }
}

/// Whether shade() looks at the card in a row of samples.
VASA_VECTOR_CLONES bool row_needs_card(const TileSamples& samples, int row) {
    int num_open = 0;
    const std::int32_t* const triangle = samples.head.triangle.data() + row * kTile;
    const float* const cover = samples.cover.data() + row * kTile;
#pragma omp simd reduction(+ : num_open)
    for (int x = 0; x < kTile; ++x) {
        num_open += static_cast<int>(triangle[x] < 0) | static_cast<int>(cover[x] < 0.999F);
    }
    return num_open > 0;
}

/// Makes rows of samples show nothing.
void clear_rows(LayerSamples& layer, int begin, int end) {
    std::fill(layer.triangle.begin() + begin * kTile, layer.triangle.begin() + end * kTile, -1);
    std::fill(layer.inv_z.begin() + begin * kTile, layer.inv_z.begin() + end * kTile, 0.0F);
}

}  // namespace

void draw_tile(const FrameLayers& layers, int tile, TileSamples& out) {
    out.is_empty = layers.head.tile_is_empty(tile) && layers.card.tile_is_empty(tile);
    if (out.is_empty) {
        return;
    }
    const auto arrays_of = [&](LayerSamples& layer) {
        return Arrays{layer.triangle.data(),
                      layer.inv_z.data(),
                      layer.b1.data(),
                      layer.b2.data(),
                      layer.u.data(),
                      layer.v.data(),
                      out.cover.data(),
                      out.from_source.data()};
    };
    const auto [x0, y0] = layers.head.tile_origin(tile);
    clear_rows(out.head, 0, kTile);
    draw_head(layers,
              layers.head.triangles_of(tile),
              Window{x0, y0, y0, y0 + kTile - 1},
              arrays_of(out.head));
    out.card_begin = 0;
    out.card_end = kTile;
    while (out.card_begin < out.card_end && !row_needs_card(out, out.card_begin)) {
        ++out.card_begin;
    }
    while (out.card_begin < out.card_end && !row_needs_card(out, out.card_end - 1)) {
        --out.card_end;
    }
    if (out.card_begin < out.card_end) {
        clear_rows(out.card, out.card_begin, out.card_end);
        draw_card(layers,
                  layers.card.triangles_of(tile),
                  Window{x0, y0, y0 + out.card_begin, y0 + out.card_end - 1},
                  arrays_of(out.card));
    }
}

}  // namespace vasa::decode::tiles
