// SPDX-License-Identifier: Apache-2.0
#include "scene/source_view.h"

#include "vasa/core/parallel.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Geometry>

namespace vasa::decode {

using core::Vec2f;
using head::Part;
using head::Points;
using head::RasterSample;
using head::TileRasterizer;

std::vector<std::vector<int>> vertex_neighbours(int num_vertices,
                                                const std::vector<std::array<int, 3>>& triangles) {
    std::vector<std::vector<int>> out(num_vertices);
    for (const auto& t : triangles) {
        for (int k = 0; k < 3; ++k) {
            out[t[k]].push_back(t[(k + 1) % 3]);
            out[t[k]].push_back(t[(k + 2) % 3]);
        }
    }
    for (auto& n : out) {
        std::sort(n.begin(), n.end());
        n.erase(std::unique(n.begin(), n.end()), n.end());
    }
    return out;
}

float signed_distance(const std::vector<Vec2f>& polygon, float x, float y) {
    bool inside = false;
    float best = 1e12F;
    for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
        const Vec2f a = polygon[j], b = polygon[i];
        if ((a.y > y) != (b.y > y) && x < (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x) {
            inside = !inside;
        }
        const float ex = b.x - a.x, ey = b.y - a.y;
        const float t = std::clamp(
            ((x - a.x) * ex + (y - a.y) * ey) / (ex * ex + ey * ey + 1e-12F), 0.0F, 1.0F);
        const float dx = x - a.x - t * ex, dy = y - a.y - t * ey;
        best = std::min(best, dx * dx + dy * dy);
    }
    return inside ? std::sqrt(best) : -std::sqrt(best);
}

namespace {

/// Rasterises some parts in the portrait's view, at half the canvas' resolution.
std::vector<RasterSample> rasterize_source(const head::HeadModel& model,
                                           const SourceView& view,
                                           bool (*is_rasterized)(Part)) {
    constexpr int kSize = SourceView::kSkinSize_px, kTile = TileRasterizer::kTile_px;
    std::vector<head::ScreenVertex> screen(model.num_vertices());
    for (int v = 0; v < model.num_vertices(); ++v) {
        const bool eye = is_eye_part(model.vertex_parts()[v]);
        const float z = -view.head.camera(v, 2) + (eye ? kEyePush_cm : 0.0F);
        screen[v] = {view.uv[v].x / 2, view.uv[v].y / 2, 1.0F / z};
    }
    std::vector<std::array<int, 3>> triangles;
    std::vector<int> index;
    for (int t = 0; t < model.num_triangles(); ++t) {
        if (is_rasterized(model.triangle_parts()[t])) {
            triangles.push_back(model.triangles()[t]);
            index.push_back(t);
        }
    }
    TileRasterizer rasterizer(kSize);
    rasterizer.bin(screen, triangles, true);
    std::vector<RasterSample> out(static_cast<std::size_t>(kSize) * kSize);
    core::parallel_for(rasterizer.num_tiles(), [&](int tile) {
        std::vector<RasterSample> samples;
        rasterizer.rasterize(tile, samples);
        const auto [x0, y0] = rasterizer.tile_origin(tile);
        for (int y = 0; y < kTile && y0 + y < kSize; ++y) {
            for (int x = 0; x < kTile && x0 + x < kSize; ++x) {
                RasterSample s = samples[static_cast<std::size_t>(y) * kTile + x];
                if (s.triangle >= 0) {
                    s.triangle = index[s.triangle];
                }
                out[static_cast<std::size_t>(y0 + y) * kSize + x0 + x] = s;
            }
        }
    });
    return out;
}

}  // namespace

SourceView make_source_view(const head::HeadModel& model,
                            const head::Person& person,
                            const head::FaceCode& code) {
    constexpr int kSize = SourceView::kSkinSize_px;
    // Depth differences below this belong to the same surface.
    constexpr float kDepthTolerance_cm = 0.35F, kMouthTolerance_cm = 0.12F;
    // Cosine between normal and line of sight below which a surface is too grazing to be seen, and
    // the range over which it fades in. Rows of teeth are also seen between their fronts.
    constexpr float kMinFacing = 0.10F, kRowMinFacing = -0.35F, kFacingRange = 0.15F;
    const head::Camera camera = head::default_camera(head::kFrameSize_px);
    SourceView view;
    model.animate(person, code.actions, view.head.head_space);
    pose_head(model, code.pose, code.pose, view.head);
    view.uv.resize(model.num_vertices());
    for (int v = 0; v < model.num_vertices(); ++v) {
        view.uv[v] = canvas_from_camera(camera, view.head.camera.row(v));
    }
    view.skin = rasterize_source(
        model, view, [](Part part) { return part == Part::Skin || is_eye_part(part); });
    const std::vector<RasterSample> mouth = rasterize_source(model, view, head::is_mouth_part);
    Points normals;
    head::vertex_normals(view.head.camera, model.triangles(), normals);
    view.visible.assign(model.num_vertices(), 0.0F);
    for (int v = 0; v < model.num_vertices(); ++v) {
        const Eigen::RowVector3f p = view.head.camera.row(v);
        const float facing = -normals.row(v).dot(p) / p.norm();
        const int x = static_cast<int>(view.uv[v].x / 2), y = static_cast<int>(view.uv[v].y / 2);
        const Part part = model.vertex_parts()[v];
        if (x < 0 || y < 0 || x >= kSize || y >= kSize || is_eye_part(part)) {
            continue;
        }
        const std::vector<RasterSample>& surface = part == Part::Skin ? view.skin : mouth;
        // Gaps between teeth count as seen: the portrait's teeth are spaced differently.
        const bool is_row = part >= Part::Gums && part != Part::Tongue;
        const float tolerance =
            is_row || part == Part::Skin ? kDepthTolerance_cm : kMouthTolerance_cm;
        const float min_facing = is_row ? kRowMinFacing : kMinFacing;
        // The nearest surface within one pixel: a vertex on an outline is seen from beside it too.
        float farthest = 0;
        for (int dy = -1; dy <= 1; ++dy) {
            for (int dx = -1; dx <= 1; ++dx) {
                const int sx = std::clamp(x + dx, 0, kSize - 1),
                          sy = std::clamp(y + dy, 0, kSize - 1);
                const float iz = surface[static_cast<std::size_t>(sy) * kSize + sx].inv_z;
                farthest = std::max(farthest, iz > 0 ? 1 / iz : 1e9F);
            }
        }
        if (-p.z() <= farthest + tolerance) {
            view.visible[v] = std::clamp((facing - min_facing) / kFacingRange, 0.0F, 1.0F);
        }
    }
    return view;
}

}  // namespace vasa::decode
