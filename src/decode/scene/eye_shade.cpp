// SPDX-License-Identifier: Apache-2.0
#include "scene/eye_shade.h"

#include "scene/canvas_colours.h"
#include "scene/sampling.h"

#include "vasa/head/landmarks.h"

#include <algorithm>
#include <cmath>

namespace vasa::decode {
namespace {

using head::Points;

/// Edges of an eye's lids in the head, by x.
class Lids {
  public:
    Lids(const head::HeadModel& model, const Points& head, int eye) : inner_at_right_(eye == 0) {
        for (std::size_t i = 0; i < upper_.size(); ++i) {
            upper_[i] = model.landmark(head, head::kUpperLidEdge[eye][i]);
            lower_[i] = model.landmark(head, head::kLowerLidEdge[eye][i]);
        }
    }

    float upper(float x) const { return height(upper_, x); }
    float lower(float x) const { return height(lower_, x); }
    /// In the middle.
    float gap_cm() const { return upper_[4].y() - lower_[4].y(); }
    float inner_x() const { return inner_at_right_ ? upper_.back().x() : upper_.front().x(); }
    /// To the nearer corner, cm.
    float corner_distance(float x) const {
        return std::max(0.0F, std::min(x - upper_.front().x(), upper_.back().x() - x));
    }

  private:
    using Edge = std::array<Eigen::RowVector3f, 9>;

    static float height(const Edge& edge, float x) {
        for (std::size_t i = 1; i < edge.size(); ++i) {
            if (x < edge[i].x() || i + 1 == edge.size()) {
                const float width = std::max(edge[i].x() - edge[i - 1].x(), 1e-4F);
                const float t = std::clamp((x - edge[i - 1].x()) / width, 0.0F, 1.0F);
                return (1 - t) * edge[i - 1].y() + t * edge[i].y();
            }
        }
        return edge.back().y();
    }

    Edge upper_, lower_;
    bool inner_at_right_;
};

float shade_at(const Lids& lids, const Eigen::RowVector3f& p, const EyeShadeParams& params) {
    const float below = std::max(0.0F, lids.upper(p.x()) - p.y());
    const float above = std::max(0.0F, p.y() - lids.lower(p.x()));
    const float light =
        (1 - params.upper * std::exp(-below / params.upper_reach_cm)) *
        (1 - params.lower * std::exp(-above / params.lower_reach_cm)) *
        (1 - params.corner * std::exp(-lids.corner_distance(p.x()) / params.corner_reach_cm));
    return 1 - light;
}

}  // namespace

EyeShade::EyeShade(const head::HeadModel& model,
                   const head::FaceCode& code,
                   const SourceView& view,
                   const std::array<EyeTexture, 2>& eyes,
                   const std::vector<VertexAttributes>& vertices,
                   const EyeShadeParams& params)
    : params_(params) {
    constexpr int kShutRadius_px = 2;
    const Points& source = view.head.head_space;
    for (int e = 0; e < 2; ++e) {
        Eye& eye = eyes_[e];
        const head::Part part = e == 0 ? head::Part::EyeRight : head::Part::EyeLeft;
        const Lids lids(model, source, e);
        eye.is_invented = eyes[e].is_invented;
        eye.is_covered = eyes[e].is_covered;
        eye.own_gap_cm = lids.gap_cm();
        for (int v = 0; v < model.num_vertices(); ++v) {
            if (model.vertex_parts()[v] != part) {
                continue;
            }
            const Float4 c = sample_rgba(eyes[e].image, vertices[v].u, vertices[v].v);
            eye.vertices.push_back(v);
            if (eye.is_invented) {
                eye.shut.push_back(mean_colour(code.appearance.canvas, view.uv[v], kShutRadius_px));
            }
            eye.baked.push_back(c[3] / 255.0F * shade_at(lids, source.row(v), params));
        }
        for (int c = 0; c < 3; ++c) {
            eye.white[c] = eyes[e].white_colour[c];
        }
    }
}

void EyeShade::apply(const head::HeadModel& model,
                     const Points& head,
                     std::vector<VertexAttributes>& vertices) const {
    for (int e = 0; e < 2; ++e) {
        const Eye& eye = eyes_[e];
        if (eye.is_covered) {
            continue;
        }
        const Lids lids(model, head, e);
        const float opened =
            eye.is_invented ? params_.opened_cm(lids.gap_cm() - eye.own_gap_cm) : 1.0F;
        for (std::size_t i = 0; i < eye.vertices.size(); ++i) {
            const int v = eye.vertices[i];
            VertexAttributes& vertex = vertices[v];
            const float shade = std::max(0.0F, shade_at(lids, head.row(v), params_) - eye.baked[i]);
            const float from_inner = std::fabs(head(v, 0) - lids.inner_x());
            const float pink =
                eye.is_invented
                    ? params_.caruncle *
                          std::exp(-from_inner * from_inner /
                                   (params_.caruncle_reach_cm * params_.caruncle_reach_cm))
                    : 0.0F;
            const float rest = opened * (1 - shade) * (1 - pink);
            float* const colour[3] = {&vertex.red, &vertex.green, &vertex.blue};
            for (int c = 0; c < 3; ++c) {
                const float shadow = params_.shadow_light * params_.shadow_tint[c] * eye.white[c];
                const float lit = params_.caruncle_tint[c] * eye.white[c];
                const float shut = eye.is_invented ? eye.shut[i][c] : 0.0F;
                const float sum =
                    (1 - opened) * shut + opened * (shade * shadow + (1 - shade) * pink * lit);
                *colour[c] = rest < 1 ? sum / (1 - rest) : 0.0F;
            }
            vertex.from_source = rest;
        }
    }
}

}  // namespace vasa::decode
