// SPDX-License-Identifier: Apache-2.0
#include "vasa/head/rasterizer.h"

#include "vasa/core/rng.h"

#include <cmath>

#include "support/catch.h"

using vasa::head::RasterSample;
using vasa::head::ScreenVertex;
using vasa::head::TileRasterizer;

namespace {

std::vector<RasterSample> rasterize_all(const TileRasterizer& rasterizer) {
    const int size = rasterizer.size_px();
    std::vector<RasterSample> image(static_cast<std::size_t>(size) * size), tile;
    for (int t = 0; t < rasterizer.num_tiles(); ++t) {
        rasterizer.rasterize(t, tile);
        const auto [x0, y0] = rasterizer.tile_origin(t);
        for (int y = 0; y < TileRasterizer::kTile_px && y0 + y < size; ++y) {
            for (int x = 0; x < TileRasterizer::kTile_px && x0 + x < size; ++x) {
                image[static_cast<std::size_t>(y0 + y) * size + x0 + x] =
                    tile[static_cast<std::size_t>(y) * TileRasterizer::kTile_px + x];
            }
        }
    }
    return image;
}

}  // namespace

TEST_CASE("a jittered grid covers every sample exactly once") {
    // Each triangle is drawn alone: the counts must sum to one everywhere, whatever the jitter.
    constexpr int kSize = 150, kCells = 9;
    vasa::core::Rng rng(3);
    std::vector<ScreenVertex> vertices;
    for (int y = 0; y <= kCells; ++y) {
        for (int x = 0; x <= kCells; ++x) {
            const bool border = x == 0 || y == 0 || x == kCells || y == kCells;
            const double j = border ? 0 : 5;
            const double span = (kSize + 20.0) / kCells;
            vertices.push_back({static_cast<float>(x * span - 10 + rng.uniform(-j, j)),
                                static_cast<float>(y * span - 10 + rng.uniform(-j, j)),
                                1.0F});
        }
    }
    std::vector<int> count(kSize * kSize, 0);
    for (int y = 0; y < kCells; ++y) {
        for (int x = 0; x < kCells; ++x) {
            const int a = y * (kCells + 1) + x, b = a + 1, c = a + kCells + 1, d = c + 1;
            for (const std::array<int, 3> t : {std::array<int, 3>{a, c, b}, {b, c, d}}) {
                TileRasterizer rasterizer(kSize);
                const std::vector<std::array<int, 3>> one = {t};
                rasterizer.bin(vertices, one, false);
                const auto image = rasterize_all(rasterizer);
                for (std::size_t i = 0; i < image.size(); ++i) {
                    count[i] += image[i].triangle >= 0 ? 1 : 0;
                }
            }
        }
    }
    CHECK(std::count(count.begin(), count.end(), 1) == kSize * kSize);
}

TEST_CASE("nearer triangles win and barycentrics are perspective-correct") {
    TileRasterizer rasterizer(64);
    // A plane from z = 10 at the left to z = 20 at the right, and a nearer triangle over part of
    // it.
    const std::vector<ScreenVertex> vertices = {{0, 0, 0.1F},
                                                {64, 0, 0.05F},
                                                {0, 64, 0.1F},
                                                {10, 10, 0.5F},
                                                {30, 10, 0.5F},
                                                {10, 30, 0.5F}};
    const std::vector<std::array<int, 3>> triangles = {{0, 2, 1}, {3, 5, 4}};
    rasterizer.bin(vertices, triangles, true);
    const auto image = rasterize_all(rasterizer);
    CHECK(image[12 * 64 + 12].triangle == 1);
    const RasterSample& s = image[2 * 64 + 31];
    REQUIRE(s.triangle == 0);
    // x = 31.5 of 64: 1/z = 0.1 - 0.05 x/64; the far corner's share is λ z_λ⁻¹ z.
    const double lambda = 31.5 / 64, inv_z = 0.1 - 0.05 * lambda;
    CHECK(s.inv_z == Approx(inv_z).epsilon(1e-4));
    CHECK(s.b2 == Approx(lambda * 0.05 / inv_z).epsilon(1e-3));
}

TEST_CASE("back faces, points behind the camera and far points are left out") {
    TileRasterizer rasterizer(64);
    const std::vector<ScreenVertex> vertices = {
        {5, 5, 1}, {50, 5, 1}, {5, 50, 1}, {5, 5, -1}, {1e9F, 0, 1}};
    const auto covered = [&](std::array<int, 3> t, bool cull) {
        const std::vector<std::array<int, 3>> triangles = {t};
        rasterizer.bin(vertices, triangles, cull);
        int n = 0;
        for (const auto& s : rasterize_all(rasterizer)) {
            n += s.triangle >= 0 ? 1 : 0;
        }
        return n;
    };
    CHECK(covered({0, 2, 1}, true) > 900);
    CHECK(covered({0, 1, 2}, true) == 0);
    CHECK(covered({0, 1, 2}, false) > 900);
    CHECK(covered({3, 1, 2}, false) == 0);
    CHECK(covered({0, 1, 4}, false) == 0);
}
