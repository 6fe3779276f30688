// SPDX-License-Identifier: Apache-2.0
#include "vasa/head/rasterizer.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vasa::head {
namespace {

constexpr int kSubpixel = 256;
constexpr std::int64_t kHalf = kSubpixel / 2;
// Farther out than this a snapped coordinate would not fit the integer arithmetic.
constexpr float kMaxCoordinate = 60000.0F;

std::int64_t snap(float v) {
    return std::llround(static_cast<double>(v) * kSubpixel);
}

/// One edge function E(x, y) = a·x + b·y + c in 1/256 pixel, ≥ 0 inside.
struct Edge {
    std::int64_t a, b, value;  // value at the first sample, top-left bias included
};

Edge make_edge(std::int64_t x0,
               std::int64_t y0,
               std::int64_t x1,
               std::int64_t y1,
               std::int64_t px,
               std::int64_t py) {
    Edge e{};
    e.a = y0 - y1;
    e.b = x1 - x0;
    e.value = e.a * (px - x0) + e.b * (py - y0);
    const bool top_left = e.a > 0 || (e.a == 0 && e.b > 0);
    if (!top_left) {
        e.value -= 1;
    }
    return e;
}

}  // namespace

TileRasterizer::TileRasterizer(int size_px)
    : size_px_(size_px), tiles_x_((size_px + kTile_px - 1) / kTile_px) {
    bins_.resize(static_cast<std::size_t>(tiles_x_) * tiles_x_);
}

std::array<int, 2> TileRasterizer::tile_origin(int tile) const {
    return {tile % tiles_x_ * kTile_px, tile / tiles_x_ * kTile_px};
}

void TileRasterizer::bin(const std::vector<ScreenVertex>& vertices,
                         const std::vector<std::array<int, 3>>& triangles,
                         bool cull_back) {
    vertices_ = &vertices;
    triangles_ = &triangles;
    for (auto& b : bins_) {
        b.clear();
    }
    const auto usable = [](const ScreenVertex& v) {
        return v.inv_z > 0 && std::fabs(v.x) < kMaxCoordinate && std::fabs(v.y) < kMaxCoordinate;
    };
    for (std::size_t i = 0; i < triangles.size(); ++i) {
        const ScreenVertex& p = vertices[triangles[i][0]];
        const ScreenVertex& q = vertices[triangles[i][1]];
        const ScreenVertex& r = vertices[triangles[i][2]];
        if (!usable(p) || !usable(q) || !usable(r)) {
            continue;
        }
        // Counter-clockwise with y up is clockwise with y down: a negative determinant.
        const float area = (q.x - p.x) * (r.y - p.y) - (r.x - p.x) * (q.y - p.y);
        if (cull_back && area >= 0) {
            continue;
        }
        const int x0 = std::max(0, static_cast<int>(std::floor(std::min({p.x, q.x, r.x}))));
        const int y0 = std::max(0, static_cast<int>(std::floor(std::min({p.y, q.y, r.y}))));
        const int x1 = std::min(size_px_ - 1, static_cast<int>(std::max({p.x, q.x, r.x})));
        const int y1 = std::min(size_px_ - 1, static_cast<int>(std::max({p.y, q.y, r.y})));
        for (int ty = y0 / kTile_px; y0 <= y1 && ty <= y1 / kTile_px; ++ty) {
            for (int tx = x0 / kTile_px; x0 <= x1 && tx <= x1 / kTile_px; ++tx) {
                bins_[ty * tiles_x_ + tx].push_back(static_cast<std::int32_t>(i));
            }
        }
    }
}

void TileRasterizer::rasterize(int tile, std::vector<RasterSample>& out) const {
    out.assign(static_cast<std::size_t>(kTile_px) * kTile_px, RasterSample{});
    const auto [x0, y0] = tile_origin(tile);
    for (std::int32_t index : bins_[tile]) {
        rasterize_triangle(index, x0, y0, out.data());
    }
}

void TileRasterizer::rasterize_triangle(int index,
                                        int tile_x,
                                        int tile_y,
                                        RasterSample* out) const {
    const auto& t = (*triangles_)[index];
    const ScreenVertex* v[3] = {&(*vertices_)[t[0]], &(*vertices_)[t[1]], &(*vertices_)[t[2]]};
    std::int64_t x[3], y[3];
    for (int k = 0; k < 3; ++k) {
        x[k] = snap(v[k]->x);
        y[k] = snap(v[k]->y);
    }
    std::int64_t area = (x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0]);
    if (area == 0) {
        return;
    }
    int second = 1, third = 2;
    if (area < 0) {  // edges below want a positive area
        std::swap(second, third);
        area = -area;
    }
    const auto lowest = [](const std::int64_t* p) { return std::min({p[0], p[1], p[2]}); };
    const auto highest = [](const std::int64_t* p) { return std::max({p[0], p[1], p[2]}); };
    // First and last sample centre inside the bounding box, within the tile and the image.
    const auto first = [](std::int64_t low) {
        return static_cast<int>((low - kHalf + kSubpixel - 1) >> 8);
    };
    const auto last = [](std::int64_t high) { return static_cast<int>((high - kHalf) >> 8); };
    const int xa = std::max(tile_x, first(lowest(x)));
    const int xb = std::min({tile_x + kTile_px - 1, size_px_ - 1, last(highest(x))});
    const int ya = std::max(tile_y, first(lowest(y)));
    const int yb = std::min({tile_y + kTile_px - 1, size_px_ - 1, last(highest(y))});
    if (xa > xb || ya > yb) {
        return;
    }
    const std::int64_t px = static_cast<std::int64_t>(xa) * kSubpixel + kHalf;
    const std::int64_t py = static_cast<std::int64_t>(ya) * kSubpixel + kHalf;
    // Edge k lies opposite to corner k.
    Edge e0 = make_edge(x[second], y[second], x[third], y[third], px, py);
    Edge e1 = make_edge(x[third], y[third], x[0], y[0], px, py);
    Edge e2 = make_edge(x[0], y[0], x[second], y[second], px, py);
    const float scale = 1.0F / static_cast<float>(area);
    const float z0 = v[0]->inv_z, z1 = v[second]->inv_z, z2 = v[third]->inv_z;
    for (int row = ya; row <= yb; ++row) {
        std::int64_t w0 = e0.value, w1 = e1.value, w2 = e2.value;
        RasterSample* sample =
            out + static_cast<std::ptrdiff_t>(row - tile_y) * kTile_px + (xa - tile_x);
        for (int column = xa; column <= xb; ++column, ++sample) {
            if ((w0 | w1 | w2) >= 0) {
                const float l1 = static_cast<float>(w1) * scale;
                const float l2 = static_cast<float>(w2) * scale;
                const float l0 = 1.0F - l1 - l2;
                const float inv_z = l0 * z0 + l1 * z1 + l2 * z2;
                if (inv_z > sample->inv_z) {
                    const float z = 1.0F / inv_z;
                    const float ba = l1 * z1 * z, bb = l2 * z2 * z;
                    *sample = {index, inv_z, second == 1 ? ba : bb, second == 1 ? bb : ba};
                }
            }
            w0 += e0.a * kSubpixel;
            w1 += e1.a * kSubpixel;
            w2 += e2.a * kSubpixel;
        }
        e0.value += e0.b * kSubpixel;
        e1.value += e1.b * kSubpixel;
        e2.value += e2.b * kSubpixel;
    }
}

}  // namespace vasa::head
