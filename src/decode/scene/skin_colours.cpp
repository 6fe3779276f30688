// SPDX-License-Identifier: Apache-2.0
#include "scene/skin_colours.h"

#include "vasa/head/landmarks.h"

#include <algorithm>
#include <utility>

namespace vasa::decode {
namespace {

using core::Vec2f;
using head::Part;

/// Outward direction from a closed line near a point; not of unit length.
Eigen::RowVector2f outward(const std::vector<Vec2f>& edge, float x, float y) {
    return {signed_distance(edge, x - 1, y) - signed_distance(edge, x + 1, y),
            signed_distance(edge, x, y - 1) - signed_distance(edge, x, y + 1)};
}

/// Marks vertices whose surroundings are tinted by lashes and make-up.
std::vector<char> near_lashes(const head::HeadModel& model,
                              const SourceView& view,
                              float reach_cm) {
    std::vector<char> near(static_cast<std::size_t>(model.num_vertices()), 0);
    for (const auto& edge : head::kLidEdges) {
        for (const int i : edge) {
            const Eigen::RowVector3f lash = model.landmark(view.head.head_space, i);
            for (int v = 0; v < model.num_vertices(); ++v) {
                if ((view.head.head_space.row(v) - lash).norm() < reach_cm) {
                    near[static_cast<std::size_t>(v)] = 1;
                }
            }
        }
    }
    return near;
}

}  // namespace

void uncover_teeth(const head::HeadModel& model,
                   const head::FaceCode& code,
                   const std::vector<Vec2f>& lips,
                   const Rgb& teeth,
                   const LipEdgeParams& params,
                   std::vector<VertexAttributes>& vertices) {
    const core::ImageU8& canvas = code.appearance.canvas;
    const float unit = code.eye_distance_px() * head::kCanvasScale;
    const float reach = params.reach * unit, lip_at = params.lip_distance * unit,
                step = params.step * unit;
    for (int v = 0; v < model.num_vertices(); ++v) {
        VertexAttributes& vertex = vertices[v];
        if (model.vertex_parts()[v] != Part::Skin || vertex.from_source <= 0) {
            continue;
        }
        const float inside = signed_distance(lips, vertex.u, vertex.v);
        if (inside < -reach) {
            continue;
        }
        Eigen::RowVector2f out = outward(lips, vertex.u, vertex.v);
        if (out.norm() < 1e-3F) {
            continue;
        }
        out *= (lip_at + inside) / out.norm();
        const Rgb lip = mean_colour(canvas, {vertex.u + out.x(), vertex.v + out.y()}, 2);
        const Rgb towards = teeth - lip;
        if (towards.norm() < params.min_contrast) {
            continue;
        }
        float teeth_part = 0;
        for (const auto& [dx, dy] :
             {std::pair<float, float>{0, 0}, {-1, 0}, {1, 0}, {0, -1}, {0, 1}}) {
            const Rgb c = mean_colour(canvas, {vertex.u + dx * step, vertex.v + dy * step}, 1);
            teeth_part = std::max(teeth_part, (c - lip).dot(towards) / towards.squaredNorm());
        }
        vertex.from_source *=
            1 - std::max(params.beside_edge(inside / unit), params.teeth_part(teeth_part));
    }
}

void spread_skin_colours(const head::HeadModel& model,
                         const head::FaceCode& code,
                         const SourceView& view,
                         const std::vector<float>& lid_hidden,
                         const std::vector<std::vector<int>>& neighbours,
                         const SkinColourParams& params,
                         std::vector<VertexAttributes>& vertices) {
    const int radius_px =
        std::max(params.min_radius_px,
                 static_cast<int>(params.radius * code.eye_distance_px() * head::kCanvasScale));
    const std::vector<char> has_lashes = near_lashes(model, view, params.lash_reach_cm);
    head::Points colour = head::Points::Zero(model.num_vertices(), 3);
    std::vector<int> unknown;
    Rgb mean = Rgb::Zero();
    int count = 0;
    for (int v = 0; v < model.num_vertices(); ++v) {
        if (model.vertex_parts()[v] != Part::Skin) {
            continue;
        }
        if (vertices[v].from_source > params.min_from_source && has_lashes[v] == 0 &&
            lid_hidden[v] < params.max_lid) {
            colour.row(v) = mean_colour(code.appearance.canvas, view.uv[v], radius_px);
            mean += colour.row(v);
            ++count;
        } else {
            unknown.push_back(v);
        }
    }
    mean /= static_cast<float>(std::max(count, 1));
    for (int v : unknown) {
        colour.row(v) = mean;
    }
    for (int pass = 0; pass < params.passes; ++pass) {
        for (int v : unknown) {
            Rgb sum = Rgb::Zero();
            for (int n : neighbours[v]) {
                sum += colour.row(n);
            }
            colour.row(v) =
                sum / static_cast<float>(std::max<std::size_t>(1, neighbours[v].size()));
        }
    }
    for (int v = 0; v < model.num_vertices(); ++v) {
        vertices[v].red = colour(v, 0);
        vertices[v].green = colour(v, 1);
        vertices[v].blue = colour(v, 2);
    }
}

}  // namespace vasa::decode
