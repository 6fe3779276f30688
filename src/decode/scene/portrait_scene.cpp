// SPDX-License-Identifier: Apache-2.0
#include "kernels/shading.h"
#include "network/condition_values.h"
#include "network/disoccluded_rects.h"
#include "scene/geometry_state.h"
#include "scene/sampling.h"

#include "vasa/core/error.h"
#include "vasa/head/landmarks.h"

#include <algorithm>

namespace vasa::decode {
namespace {

const head::HeadModel& checked(const head::HeadModel& model, const head::FaceCode& code) {
    if (code.head_hash != model.content_hash()) {
        throw core::Error(core::ErrorKind::Input,
                          "the face code was made with another head model",
                          "encode the portrait again with 'vasa encode'");
    }
    return model;
}

}  // namespace

PortraitScene::PortraitScene(const head::HeadModel& m,
                             const head::FaceCode& c,
                             const head::SkinFolds* folds,
                             const SceneParams& params)
    : model(checked(m, c)),
      code(c),
      person(m.person(c.identity)),
      view(make_source_view(m, person, c)),
      card(m, c, view, params.card),
      head(m, c, person, view, params.head) {
    if (folds != nullptr) {
        skin.emplace(m, c, view, head.vertices(), *folds, params.skin);
        scene.fold_places = skin->places().data();
        scene.folds = view_of(skin->folds());
        std::copy(skin->tint().begin(), skin->tint().end(), scene.fold_tint);
    }
    scene.head_triangles = head.triangles().data();
    scene.head_parts = head.parts().data();
    scene.lid_of = head.lid_of().data();
    scene.vertex_parts = model.vertex_parts().data();
    scene.rest = person.rest.data();
    scene.source_places = view.uv.data();
    for (int eye = 0; eye < 2; ++eye) {
        scene.eyes[eye] = view_of(head.eye(eye).image);
        scene.lids[eye] = view_of(head.lid(eye).image);
        scene.lid_places[eye] = head.lid(eye).place_px.data();
    }
    scene.card_triangles = card.triangles().data();
    scene.card_places = card.uv().data();
    scene.canvas = view_of(code.appearance.canvas);
    scene.plate = code.appearance.plate.data.data();
    scene.tooth_waves = tooth_waves().data();
    scene.num_vertices = model.num_vertices();
    scene.num_card_points = static_cast<int>(card.uv().size());
    scene.num_head_triangles = static_cast<int>(head.triangles().size());
    scene.num_card_triangles = static_cast<int>(card.triangles().size());
    scene.focal_px = static_cast<float>(camera.focal_px);
    scene.scale_condition = scale_condition(code.source_scale);
}

void PortraitScene::move(const FaceState& state, int size_px, PosedFrame& out) const {
    const head::Actions actions = head.adjusted(state.actions);
    model.animate(person, actions, state.tongue, out.head.head_space);
    pose_head(model, code.pose, state.pose, out.head);
    head.scalp().lift(state.pose, out.head);
    out.behind = head.scalp().cover(out.head);
    card.move(model, out.head, code.pose, state.pose, out.card);
    head.shade_vertices(model, out.head, actions, out.attributes, out.shading, out.normals);
    if (skin) {
        skin->of_frame(actions, state.pose, out.changes);
    }
    out.card_screen.resize(static_cast<std::size_t>(scene.num_card_points));
    for (int i = 0; i < scene.num_card_points; ++i) {
        out.card_screen[i] =
            kernels::project(scene.focal_px, out.card.data() + 3 * i, size_px, 0.0F);
    }
    out.head_screen.resize(static_cast<std::size_t>(scene.num_vertices));
    for (int v = 0; v < scene.num_vertices; ++v) {
        out.head_screen[v] = kernels::project(scene.focal_px,
                                              out.head.camera.data() + 3 * v,
                                              size_px,
                                              kernels::push_of(scene.vertex_parts[v]));
    }
}

core::Vec2f PortraitScene::place_on_frame(const PosedFrame& posed, int landmark) const {
    const head::SurfacePoint& point = model.landmarks()[static_cast<std::size_t>(landmark)];
    const auto& corners = model.triangles()[static_cast<std::size_t>(point.triangle)];
    core::Vec2f place;
    for (std::size_t i = 0; i < corners.size(); ++i) {
        const ScreenVertex& corner = posed.head_screen[static_cast<std::size_t>(corners[i])];
        place.x += point.barycentric[i] * corner.x / kOversample;
        place.y += point.barycentric[i] * corner.y / kOversample;
    }
    return place;
}

std::vector<PixelRect> PortraitScene::disoccluded_rects(const PosedFrame& posed) const {
    DisoccludedCells cells;
    const std::vector<VertexAttributes>& attributes = posed.attributes;
    for (std::size_t t = 0; t < head.triangles().size(); ++t) {
        const auto& corners = head.triangles()[t];
        const ScreenVertex& a = posed.head_screen[corners[0]];
        const ScreenVertex& b = posed.head_screen[corners[1]];
        const ScreenVertex& c = posed.head_screen[corners[2]];
        // Twice the area in samples; y is down, so triangles that face the camera are negative.
        const float area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
        if (head.parts()[t] != Part::Skin || area >= 0 || a.inv_z <= 0 || b.inv_z <= 0 ||
            c.inv_z <= 0) {
            continue;
        }
        const float x = (a.x + b.x + c.x) / (3 * kOversample);
        const float y = (a.y + b.y + c.y) / (3 * kOversample);
        const float area_px = -0.5F * area / (kOversample * kOversample);
        float seen = 0;
        for (const int v : corners) {
            seen += attributes[v].known() / 3.0F;
        }
        const float coverage = (attributes[corners[0]].alpha + attributes[corners[1]].alpha +
                                attributes[corners[2]].alpha) /
                               3.0F;
        cells.add_hidden(x, y, coverage > 0.5F && seen < 0.5F ? area_px : 0.0F);
    }
    const auto add_opening = [&](const auto& edge) {
        std::vector<core::Vec2f> points;
        for (const int landmark : edge) {
            points.push_back(place_on_frame(posed, landmark));
        }
        cells.add_opening(points);
    };
    add_opening(head::kInnerLips);
    add_opening(head::kLidEdges[0]);
    add_opening(head::kLidEdges[1]);
    return cells.rects();
}

}  // namespace vasa::decode
