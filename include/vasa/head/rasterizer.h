// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace vasa::head {

/// A projected vertex: pixels, and 1 / distance along the viewing axis (cm⁻¹, ≤ 0 = behind).
struct ScreenVertex {
    float x = 0, y = 0, inv_z = 0;
};

/// Visible surface at one sample of a tile.
struct RasterSample {
    std::int32_t triangle = -1;  ///< -1 = nothing
    float inv_z = 0;
    float b1 = 0, b2 = 0;  ///< perspective-correct barycentrics of the 2nd and 3rd corner
};

/// Tiled z-buffer rasteriser for a square image, one sample at each pixel's centre.
///
/// Coverage is exact: vertices are snapped to 1/256 pixel, edges are tested in integers with a
/// top-left rule, so that triangles that share an edge neither overlap nor leave gaps. Tiles are
/// independent, so the result does not depend on the number of threads.
/// Source: Pineda, A Parallel Algorithm for Polygon Rasterization (1988).
class TileRasterizer {
  public:
    static constexpr int kTile_px = 64;

    explicit TileRasterizer(int size_px);

    int size_px() const { return size_px_; }
    int num_tiles() const { return tiles_x_ * tiles_x_; }
    /// Left and top of a tile, pixels.
    std::array<int, 2> tile_origin(int tile) const;

    /// Sorts triangles into tiles. The arrays must stay alive until the last rasterize().
    ///
    /// @param cull_back  leaves out triangles that are clockwise on screen (y down)
    void bin(const std::vector<ScreenVertex>& vertices,
             const std::vector<std::array<int, 3>>& triangles,
             bool cull_back);

    bool tile_is_empty(int tile) const { return bins_[tile].empty(); }
    /// Indices of the triangles that may cover samples of a tile, in ascending order.
    const std::vector<std::int32_t>& triangles_of(int tile) const { return bins_[tile]; }

    /// Nearest triangle (largest inv_z) at each sample of a tile; at equal depth, the triangle with
    /// the lowest index.
    /// @param out  [kTile_px × kTile_px], overwritten
    void rasterize(int tile, std::vector<RasterSample>& out) const;

  private:
    void rasterize_triangle(int index, int x0, int y0, RasterSample* out) const;

    int size_px_;
    int tiles_x_;
    const std::vector<ScreenVertex>* vertices_ = nullptr;
    const std::vector<std::array<int, 3>>* triangles_ = nullptr;
    std::vector<std::vector<std::int32_t>> bins_;
};

}  // namespace vasa::head
