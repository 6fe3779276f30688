// SPDX-License-Identifier: Apache-2.0
#include "vasa/head/rasterizer.h"

#include "vasa/head/raster_triangle.h"

#include <algorithm>
#include <cmath>

namespace vasa::head {

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
    for (std::size_t i = 0; i < triangles.size(); ++i) {
        const ScreenVertex& p = vertices[triangles[i][0]];
        const ScreenVertex& q = vertices[triangles[i][1]];
        const ScreenVertex& r = vertices[triangles[i][2]];
        if (!is_drawable(p) || !is_drawable(q) || !is_drawable(r)) {
            continue;
        }
        // Counter-clockwise with y up is clockwise with y down: a negative determinant.
        if (cull_back && turning(p, q, r) >= 0) {
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
    const auto& corners = (*triangles_)[index];
    RasterTriangle t;
    if (!set_up_triangle((*vertices_)[corners[0]],
                         (*vertices_)[corners[1]],
                         (*vertices_)[corners[2]],
                         tile_x,
                         tile_y,
                         std::min(tile_x + kTile_px, size_px_) - 1,
                         std::min(tile_y + kTile_px, size_px_) - 1,
                         t)) {
        return;
    }
    constexpr std::int64_t kSubpixel = RasterTriangle::kSubpixel;
    for (int row = t.y0; row <= t.y1; ++row) {
        std::int64_t w0 = t.e0.value, w1 = t.e1.value, w2 = t.e2.value;
        RasterSample* sample =
            out + static_cast<std::ptrdiff_t>(row - tile_y) * kTile_px + (t.x0 - tile_x);
        for (int column = t.x0; column <= t.x1; ++column, ++sample) {
            if ((w0 | w1 | w2) >= 0) {
                const float inv_z = inverse_depth(t, w1, w2);
                if (inv_z > sample->inv_z) {
                    *sample = sample_triangle(t, index, w1, w2, inv_z);
                }
            }
            w0 += t.e0.a * kSubpixel;
            w1 += t.e1.a * kSubpixel;
            w2 += t.e2.a * kSubpixel;
        }
        t.e0.value += t.e0.b * kSubpixel;
        t.e1.value += t.e1.b * kSubpixel;
        t.e2.value += t.e2.b * kSubpixel;
    }
}

}  // namespace vasa::head
