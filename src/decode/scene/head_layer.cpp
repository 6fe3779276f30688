// SPDX-License-Identifier: Apache-2.0
#include "scene/head_layer.h"

#include "scene/canvas_colours.h"

#include "vasa/head/landmarks.h"

#include <algorithm>
#include <optional>

namespace vasa::decode {

using head::Action;
using head::Part;

HeadLayer::HeadLayer(const head::HeadModel& model,
                     const head::FaceCode& code,
                     const head::Person& person,
                     const SourceView& view,
                     const HeadLayerParams& params)
    : params_(params) {
    head::Points closed;
    head::Actions shut;
    shut[Action::EyeBlinkLeft] = shut[Action::EyeBlinkRight] = 1;
    model.animate(person, shut, closed);
    eyes_ = make_eye_textures(person,
                              code,
                              mean_skin(model, code.appearance.canvas, view),
                              params_.eye_colour,
                              params_.eyes);
    for (int eye = 0; eye < 2; ++eye) {
        lids_[eye] = make_lid_blend(model,
                                    code,
                                    person,
                                    closed,
                                    eye,
                                    eyes_[eye].is_invented,
                                    params_.lids,
                                    params_.lid_texture);
    }
    lid_rest_ = LidRest(model, person, code, eyes_, params_.lid_rest);
    place_textures(model, view);
    eye_shade_ = EyeShade(model, code, view, eyes_, base_, params_.eye_shade);
    colour(model, code, view);
    choose_triangles(model);
}

void HeadLayer::place_textures(const head::HeadModel& model, const SourceView& view) {
    base_.assign(model.num_vertices(), {});
    for (int v = 0; v < model.num_vertices(); ++v) {
        VertexAttributes& vertex = base_[v];
        vertex.u = view.uv[v].x;
        vertex.v = view.uv[v].y;
        vertex.from_source = view.visible[v];
        const Part part = model.vertex_parts()[v];
        if (is_eye_part(part)) {
            const EyeTexture& eye = eyes_[part == Part::EyeLeft ? 1 : 0];
            vertex.u -= eye.left;
            vertex.v -= eye.top;
            vertex.from_source = 1;
        }
    }
}

void HeadLayer::colour(const head::HeadModel& model,
                       const head::FaceCode& code,
                       const SourceView& view) {
    const auto neighbours = vertex_neighbours(model.num_vertices(), model.triangles());
    const core::ImageU8& canvas = code.appearance.canvas;
    const std::vector<core::Vec2f> lips = inner_lips(code);
    const Rgb skin = mean_skin(model, canvas, view);
    const std::optional<Rgb> teeth = teeth_colour(canvas, lips, skin, params_.teeth);
    if (teeth) {
        uncover_teeth(model, code, lips, *teeth, params_.lip_edge, base_);
    }
    std::vector<float> hidden(lids_[0].hidden);
    for (std::size_t v = 0; v < hidden.size(); ++v) {
        hidden[v] = std::max(hidden[v], lids_[1].hidden[v]);
    }
    spread_skin_colours(model, code, view, hidden, neighbours, params_.skin, base_);
    const float white = std::max(eyes_[0].white, eyes_[1].white);
    const MouthLight light =
        colour_mouth(model, code, view, lips, skin, white, teeth, params_.mouth, base_);
    mouth_.colourfulness = light.colourfulness;
    mouth_.light = light.luminance;
    mouth_.keeps_teeth =
        teeth && shows_whole_teeth(model, code, view, lips, *teeth, params_.whole_teeth);
    mouth_.upper_lip = model.triangles()[model.landmarks()[head::kInnerLipTop].triangle][0];
    mouth_.lower_lip = model.triangles()[model.landmarks()[head::kInnerLipBottom].triangle][0];
    for (int side = 0; side < 2; ++side) {
        const int corner = side == 0 ? head::kInnerLips.front() : head::kInnerLips[10];
        mouth_.corners[side] = model.triangles()[model.landmarks()[corner].triangle][0];
    }
    mouth_.opening_cm = std::max(
        0.0F,
        view.head.head_space(mouth_.upper_lip, 1) - view.head.head_space(mouth_.lower_lip, 1));
    SkinBlend blend = make_skin_blend(model, code, view, neighbours, params_.skin_blend);
    for (int v = 0; v < model.num_vertices(); ++v) {
        base_[v].alpha = blend.alpha[v];
    }
    overhang_ = std::move(blend.overhang);
    scalp_ = Scalp(model, code, view, blend.alpha, neighbours, params_.scalp);
    for (std::size_t i = 0; i < scalp_.vertices().size(); ++i) {
        VertexAttributes& vertex = base_[scalp_.vertices()[i]];
        vertex.u = scalp_.places()[i].x;
        vertex.v = scalp_.places()[i].y;
        vertex.from_source = 1;
    }
}

void HeadLayer::choose_triangles(const head::HeadModel& model) {
    for (int t = 0; t < model.num_triangles(); ++t) {
        const auto& q = model.triangles()[t];
        const bool is_scalp = std::all_of(q.begin(), q.end(), [&](int v) {
            return scalp_.mask()[static_cast<std::size_t>(v)] != 0 || base_[v].alpha > 0;
        });
        if (base_[q[0]].alpha + base_[q[1]].alpha + base_[q[2]].alpha <= 0 && !is_scalp) {
            continue;
        }
        triangles_.push_back(q);
        parts_.push_back(model.triangle_parts()[t]);
        lid_of_.push_back(-1);
        for (int eye = 0; eye < 2; ++eye) {
            const std::vector<core::Vec2f>& places = lids_[eye].texture.place_px;
            if (std::all_of(q.begin(), q.end(), [&](int v) { return places[v].y >= 0; })) {
                lid_of_.back() = static_cast<signed char>(eye);
            }
        }
    }
}

void HeadLayer::shade_vertices(const head::HeadModel& model,
                               const head::PosedHead& target,
                               const head::Actions& actions,
                               std::vector<VertexAttributes>& out,
                               std::vector<float>& shading,
                               head::Points& normals) const {
    out = base_;
    shading.assign(model.num_vertices(), 0.0F);
    const float turned = params_.skin_blend.turned_rad(target.turn_rad);
    for (const auto& [v, overhang] : overhang_) {
        out[v].alpha *= 1 - overhang * (1 - turned);
    }
    for (int eye = 0; eye < 2; ++eye) {
        lids_[eye].cover(actions[blink_action(eye)], params_.lids, out);
    }
    eye_shade_.apply(model, target.head_space, out);
    head::vertex_normals(target.camera, model.triangles(), normals);
    shade_mouth(model, target, normals, mouth_, params_.mouth_shading, out, shading);
}

}  // namespace vasa::decode
