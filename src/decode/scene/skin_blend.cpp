// SPDX-License-Identifier: Apache-2.0
#include "scene/skin_blend.h"

#include "scene/canvas_colours.h"

#include <algorithm>
#include <cmath>

namespace vasa::decode {
namespace {

using core::Vec2f;
using head::Part;

/// 1 where background lies outwards of a point of the jaw.
float bare_beside(const head::FaceCode& code,
                  Vec2f p,
                  bool image_right,
                  const SkinBlendParams& params) {
    const core::ImageU8& canvas = code.appearance.canvas;
    float sum = 0;
    for (int step = 1; step <= params.bare_steps; ++step) {
        const float dx = static_cast<float>(step) * params.bare_step * code.eye_distance_px() *
                         head::kCanvasScale;
        const int x =
            std::clamp(static_cast<int>(p.x + (image_right ? dx : -dx)), 0, canvas.width - 1);
        const int y = std::clamp(static_cast<int>(p.y), 0, canvas.height - 1);
        sum += 1.0F - static_cast<float>(canvas.at(x, y)[3]) / 255.0F;
    }
    return params.bare_background(sum / static_cast<float>(params.bare_steps));
}

/// Smooths `alpha` without raising it: the card keeps its places.
void soften(const head::HeadModel& model,
            const std::vector<std::vector<int>>& neighbours,
            int passes,
            std::vector<float>& alpha) {
    for (int pass = 0; pass < passes; ++pass) {
        std::vector<float> next(alpha);
        for (int v = 0; v < model.num_vertices(); ++v) {
            if (model.vertex_parts()[v] != Part::Skin || alpha[v] == 1.0F) {
                continue;
            }
            float sum = alpha[v];
            for (int n : neighbours[v]) {
                sum += alpha[n];
            }
            next[v] = std::min(alpha[v], sum / static_cast<float>(neighbours[v].size() + 1));
        }
        alpha = next;
    }
}

}  // namespace

SkinBlend make_skin_blend(const head::HeadModel& model,
                          const head::FaceCode& code,
                          const SourceView& view,
                          const std::vector<std::vector<int>>& neighbours,
                          const SkinBlendParams& params) {
    SkinBlend blend;
    blend.alpha.assign(model.num_vertices(), 1.0F);
    for (int v = 0; v < model.num_vertices(); ++v) {
        if (model.vertex_parts()[v] != Part::Skin) {
            continue;
        }
        const float x = model.neutral()(v, 0), y = model.neutral()(v, 1), z = model.neutral()(v, 2);
        const float side = params.side_x_cm(std::fabs(x)) * params.side_y_cm(y);
        const float jaw =
            (1 - params.above_jaw_y_cm(y)) * bare_beside(code, view.uv[v], x > 0, params);
        blend.alpha[v] = (1 - params.hair_y_cm(y)) * params.chin_y_cm(y) *
                         (1 - params.ear_x_cm(std::fabs(x))) * params.front_z_cm(z) *
                         (1 - side * (1 - view.visible[v]) * (1 - jaw));
        const float overhang = view.visible[v] * (1 - matte_at(code.appearance.canvas, view.uv[v]));
        if (overhang > 0) {
            blend.overhang.emplace_back(v, overhang);
        }
    }
    soften(model, neighbours, params.smoothing_passes, blend.alpha);
    return blend;
}

}  // namespace vasa::decode
