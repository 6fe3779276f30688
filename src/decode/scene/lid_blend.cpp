// SPDX-License-Identifier: Apache-2.0
#include "scene/lid_blend.h"

#include <algorithm>

namespace vasa::decode {

head::Action blink_action(int eye) {
    return eye == 0 ? head::Action::EyeBlinkRight : head::Action::EyeBlinkLeft;
}

LidBlend make_lid_blend(const head::HeadModel& model,
                        const head::FaceCode& code,
                        const head::Person& person,
                        const head::Points& closed,
                        int eye,
                        bool is_shut,
                        const LidBlendParams& params,
                        const LidTextureParams& texture) {
    const head::Action blink = blink_action(eye);
    LidBlend lid;
    lid.own_blink = code.actions[blink];
    lid.is_shut = is_shut;
    lid.texture = is_shut ? make_open_lid_texture(model, code, closed, eye, texture)
                          : make_lid_texture(model, code, closed, eye, texture);
    const head::Points& basis = model.action_basis()[static_cast<int>(blink)];
    lid.hidden.assign(model.num_vertices(), 0.0F);
    float strongest_cm = 1e-6F;
    for (int v : person.blink_vertices[eye]) {
        strongest_cm = std::max(strongest_cm, -basis(v, 1));
    }
    for (int v : person.blink_vertices[eye]) {
        if (model.vertex_parts()[v] == head::Part::Skin) {
            lid.hidden[v] = params.rolled_up(-basis(v, 1) / strongest_cm);
        }
    }
    constexpr float kPixelsPerCm = LidTexture::kPixelsPerCm;
    for (int v = 0; v < model.num_vertices(); ++v) {
        float& y = lid.texture.place_px[v].y;
        if (is_shut && y >= 0 && lid.hidden[v] > params.upper_lid) {
            y = std::min(y, LidTexture::kEdgeRow_px - params.upper_min_cm * kPixelsPerCm);
        }
        if (y >= 0) {
            lid.vertices.push_back(v);
        }
    }
    return lid;
}

void LidBlend::cover(float blink,
                     const LidBlendParams& params,
                     std::vector<VertexAttributes>& out) const {
    if (is_shut) {
        const float opened = params.opening(own_blink - blink);
        for (int v : vertices) {
            out[v].lid = opened;
        }
        return;
    }
    const float closing = params.blink(blink) * params.beyond_own(blink - own_blink);
    const float touching = closing * params.touching(blink);
    if (closing <= 0) {
        return;
    }
    for (int v : vertices) {
        const bool is_below = texture.place_px[v].y > LidTexture::kEdgeRow_px;
        out[v].lid = std::max(closing * hidden[v], is_below ? touching : 0.0F);
    }
}

}  // namespace vasa::decode
