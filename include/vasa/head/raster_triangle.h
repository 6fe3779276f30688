// SPDX-License-Identifier: Apache-2.0
// Arithmetic of triangle rasterisation, shared by the CPU and the GPU.
#pragma once

#include "vasa/core/host_device.h"
#include "vasa/head/rasterizer.h"

#include <cmath>
#include <cstdint>

namespace vasa::head {

/// One edge function E(x, y) = a·x + b·y + c in 1/256 pixel, ≥ 0 inside.
struct RasterEdge {
    std::int64_t a = 0, b = 0;
    std::int64_t value = 0;  ///< at a triangle's first sample, top-left bias included
};

/// A triangle with its corners snapped to 1/256 pixel, ready to be sampled.
struct RasterTriangle {
    static constexpr int kSubpixel = 256;

    int x0 = 0, y0 = 0, x1 = 0, y1 = 0;  ///< first and last samples that may lie inside
    RasterEdge e0, e1, e2;               ///< edge k lies opposite to corner k
    float scale = 0;                     ///< 1 / area
    float z0 = 0, z1 = 0, z2 = 0;        ///< 1 / distance of the corners
    bool is_turned = false;              ///< second and third corner are swapped
};

/// Whether a corner lies in front of the camera and within range of the integer arithmetic.
VASA_HOST_DEVICE inline bool is_drawable(const ScreenVertex& v) {
    constexpr float kMaxCoordinate = 60000.0F;
    return v.inv_z > 0 && std::fabs(v.x) < kMaxCoordinate && std::fabs(v.y) < kMaxCoordinate;
}

/// Twice the area on screen, y down: negative if the corners are counter-clockwise with y up.
VASA_HOST_DEVICE inline float turning(const ScreenVertex& p,
                                      const ScreenVertex& q,
                                      const ScreenVertex& r) {
    return (q.x - p.x) * (r.y - p.y) - (r.x - p.x) * (q.y - p.y);
}

namespace raster {

/// Exact where is_drawable(): a float can hold 256 · v.
VASA_HOST_DEVICE inline std::int64_t snap(float v) {
    return static_cast<std::int64_t>(::roundf(v * RasterTriangle::kSubpixel));
}

VASA_HOST_DEVICE inline std::int64_t lowest(std::int64_t a, std::int64_t b, std::int64_t c) {
    const std::int64_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}
VASA_HOST_DEVICE inline std::int64_t highest(std::int64_t a, std::int64_t b, std::int64_t c) {
    const std::int64_t ab = a > b ? a : b;
    return ab > c ? ab : c;
}

/// First and last sample centre that a snapped interval can contain.
VASA_HOST_DEVICE inline int first_sample(std::int64_t low) {
    return static_cast<int>((low + RasterTriangle::kSubpixel / 2 - 1) >> 8);
}
VASA_HOST_DEVICE inline int last_sample(std::int64_t high) {
    return static_cast<int>((high - RasterTriangle::kSubpixel / 2) >> 8);
}

VASA_HOST_DEVICE inline RasterEdge make_edge(std::int64_t x0,
                                             std::int64_t y0,
                                             std::int64_t x1,
                                             std::int64_t y1,
                                             std::int64_t px,
                                             std::int64_t py) {
    RasterEdge e;
    e.a = y0 - y1;
    e.b = x1 - x0;
    e.value = e.a * (px - x0) + e.b * (py - y0);
    const bool is_top_left = e.a > 0 || (e.a == 0 && e.b > 0);
    if (!is_top_left) {
        e.value -= 1;
    }
    return e;
}

}  // namespace raster

/// Prepares a triangle for the samples of a rectangle; right and bottom are inclusive.
///
/// @return false if it cannot cover any of them; `out` is then undefined.
VASA_HOST_DEVICE inline bool set_up_triangle(const ScreenVertex& p,
                                             const ScreenVertex& q,
                                             const ScreenVertex& r,
                                             int left,
                                             int top,
                                             int right,
                                             int bottom,
                                             RasterTriangle& out) {
    constexpr std::int64_t kSubpixel = RasterTriangle::kSubpixel, kHalf = kSubpixel / 2;
    const std::int64_t px = raster::snap(p.x), py = raster::snap(p.y);
    std::int64_t qx = raster::snap(q.x), qy = raster::snap(q.y);
    std::int64_t rx = raster::snap(r.x), ry = raster::snap(r.y);
    std::int64_t area = (qx - px) * (ry - py) - (rx - px) * (qy - py);
    if (area == 0) {
        return false;
    }
    out.z0 = p.inv_z;
    out.z1 = q.inv_z;
    out.z2 = r.inv_z;
    out.is_turned = area < 0;
    if (out.is_turned) {  // the edges below need a positive area
        std::int64_t swapped = qx;
        qx = rx;
        rx = swapped;
        swapped = qy;
        qy = ry;
        ry = swapped;
        out.z1 = r.inv_z;
        out.z2 = q.inv_z;
        area = -area;
    }
    const int xa = raster::first_sample(raster::lowest(px, qx, rx));
    const int xb = raster::last_sample(raster::highest(px, qx, rx));
    const int ya = raster::first_sample(raster::lowest(py, qy, ry));
    const int yb = raster::last_sample(raster::highest(py, qy, ry));
    out.x0 = xa > left ? xa : left;
    out.x1 = xb < right ? xb : right;
    out.y0 = ya > top ? ya : top;
    out.y1 = yb < bottom ? yb : bottom;
    if (out.x0 > out.x1 || out.y0 > out.y1) {
        return false;
    }
    const std::int64_t sx = out.x0 * kSubpixel + kHalf, sy = out.y0 * kSubpixel + kHalf;
    out.e0 = raster::make_edge(qx, qy, rx, ry, sx, sy);
    out.e1 = raster::make_edge(rx, ry, px, py, sx, sy);
    out.e2 = raster::make_edge(px, py, qx, qy, sx, sy);
    out.scale = 1.0F / static_cast<float>(area);
    return true;
}

/// Value of an edge at a sample.
VASA_HOST_DEVICE inline std::int64_t edge_at(const RasterTriangle& t,
                                             const RasterEdge& e,
                                             int x,
                                             int y) {
    return e.value + (e.a * (x - t.x0) + e.b * (y - t.y0)) * RasterTriangle::kSubpixel;
}

/// 1 / distance at a sample.
/// @param w1, w2  values of e1 and e2 at the sample
VASA_HOST_DEVICE inline float inverse_depth(const RasterTriangle& t,
                                            std::int64_t w1,
                                            std::int64_t w2) {
    const float l1 = static_cast<float>(w1) * t.scale;
    const float l2 = static_cast<float>(w2) * t.scale;
    const float l0 = 1.0F - l1 - l2;
    return l0 * t.z0 + l1 * t.z1 + l2 * t.z2;
}

/// Result of a sample inside, with `inv_z` from inverse_depth().
VASA_HOST_DEVICE inline RasterSample sample_triangle(
    const RasterTriangle& t, std::int32_t index, std::int64_t w1, std::int64_t w2, float inv_z) {
    const float l1 = static_cast<float>(w1) * t.scale;
    const float l2 = static_cast<float>(w2) * t.scale;
    const float z = 1.0F / inv_z;
    const float ba = l1 * t.z1 * z, bb = l2 * t.z2 * z;
    RasterSample sample;
    sample.triangle = index;
    sample.inv_z = inv_z;
    sample.b1 = t.is_turned ? bb : ba;
    sample.b2 = t.is_turned ? ba : bb;
    return sample;
}

}  // namespace vasa::head
