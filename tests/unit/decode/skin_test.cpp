// SPDX-License-Identifier: Apache-2.0
#include "painted_scene.h"
#include "scene/head_layer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::decode;
using head::Action;
using head::Part;

namespace {

/// The layer's shaded vertices for a pose, with the portrait's actions.
std::vector<VertexAttributes> shaded(const PaintedScene& scene,
                                     const head::Pose& pose,
                                     const HeadLayerParams& params = {}) {
    const HeadLayer layer(scene.model, scene.code, scene.person, scene.view, params);
    std::vector<VertexAttributes> out;
    std::vector<float> shading;
    head::Points normals;
    layer.shade_vertices(scene.model,
                         scene.pose(pose, scene.code.actions),
                         scene.code.actions,
                         out,
                         shading,
                         normals);
    return out;
}

bool is_skin(const PaintedScene& scene, int v) {
    return scene.model.vertex_parts()[v] == Part::Skin;
}

}  // namespace

TEST_CASE("teeth that reach beyond the landmarks are not the lips'") {
    head::Actions actions;
    actions[Action::JawOpen] = 0.15F;
    support::FacePaint paint;
    paint.mouth = {232, 222, 208};
    PaintedScene scene(actions, paint);
    support::FaceCanvas face(scene.code);
    auto lips = face.line(head::kInnerLips);
    lips.push_back(lips.front());
    face.stroke(lips, 6, paint.mouth);
    const core::ImageU8& canvas = scene.code.appearance.canvas;
    const auto white_lips = [&](const HeadLayerParams& params) {
        const auto vertices = shaded(scene, scene.code.pose, params);
        float sum = 0;
        for (int v = 0; v < scene.model.num_vertices(); ++v) {
            const core::Vec2f& p = scene.view.uv[v];
            const bool is_white = luminance_at(canvas,
                                               std::clamp(static_cast<int>(p.x), 0, 1279),
                                               std::clamp(static_cast<int>(p.y), 0, 1279)) > 200;
            const bool is_mouth =
                p.x > face.point(head::kMouthRight).x && p.x < face.point(head::kMouthLeft).x &&
                p.y > face.point(head::kOuterLipTop).y && p.y < face.point(head::kOuterLipBottom).y;
            sum += is_skin(scene, v) && is_white && is_mouth ? vertices[v].from_source : 0;
        }
        return sum;
    };
    HeadLayerParams spoilt;
    spoilt.lip_edge.beside_edge = spoilt.lip_edge.teeth_part = {10.0F, 11.0F};
    CHECK(white_lips({}) < 0.1F);
    CHECK(white_lips(spoilt) > 2.0F);
}

TEST_CASE("make-up around the eye does not colour the skin under it") {
    PaintedScene scene;
    support::FaceCanvas face(scene.code);
    face.stroke(face.line(head::kLowerLidEdge[0]), 10, {30, 20, 20});
    const auto darkest = [&](const HeadLayerParams& params) {
        const auto vertices = shaded(scene, scene.code.pose, params);
        const Eigen::RowVector3f lash =
            scene.model.landmark(scene.view.head.head_space, head::kLowerLidMiddle[0]);
        float least = 255;
        for (int v = 0; v < scene.model.num_vertices(); ++v) {
            if (is_skin(scene, v) && (scene.view.head.head_space.row(v) - lash).norm() < 0.5F) {
                const std::array<float, 3> c = {
                    vertices[v].red, vertices[v].green, vertices[v].blue};
                least = std::min(least, luminance(c.data()));
            }
        }
        return least / luminance_of(support::FacePaint().skin);
    };
    HeadLayerParams spoilt;
    spoilt.skin.lash_reach_cm = 0;
    CHECK(darkest({}) > 0.8F);
    CHECK(darkest(spoilt) < 0.6F);
}

TEST_CASE("the mesh ends below the hairline and before the ears") {
    const PaintedScene scene;
    const auto covered = [&](const HeadLayerParams& params, bool is_hair) {
        const auto vertices = shaded(scene, scene.code.pose, params);
        float most = 0;
        for (int v = 0; v < scene.model.num_vertices(); ++v) {
            const auto p = scene.model.neutral().row(v);
            const bool is_there = is_hair ? p.y() > 8.7F : std::fabs(p.x()) > 7.9F;
            most = is_skin(scene, v) && is_there ? std::max(most, vertices[v].alpha) : most;
        }
        return most;
    };
    HeadLayerParams spoilt;
    spoilt.skin_blend.hair_y_cm = {50.0F, 60.0F};
    spoilt.skin_blend.ear_x_cm = {50.0F, 60.0F};
    for (const bool is_hair : {true, false}) {
        CHECK(covered({}, is_hair) == 0);
        CHECK(covered(spoilt, is_hair) > 0.2F);
    }
}

TEST_CASE("where the model reaches beyond the portrait's outline only a turned head shows it") {
    PaintedScene scene;
    core::ImageU8& canvas = scene.code.appearance.canvas;
    const int edge =
        static_cast<int>(support::FaceCanvas(scene.code).point(head::kFaceSides[1]).x) - 40;
    for (int y = 0; y < canvas.height; ++y) {
        for (int x = edge; x < canvas.width; ++x) {
            canvas.at(x, y)[3] = 0;
        }
    }
    const auto usual = shaded(PaintedScene(), scene.code.pose);
    const auto kept = [&](float yaw_rad, const HeadLayerParams& params) {
        head::Pose pose = scene.code.pose;
        pose.yaw_rad += yaw_rad;
        const auto vertices = shaded(scene, pose, params);
        float sum = 0, all = 0;
        for (int v = 0; v < scene.model.num_vertices(); ++v) {
            const bool is_beyond = is_skin(scene, v) &&
                                   scene.view.uv[v].x > static_cast<float>(edge + 2) &&
                                   scene.view.visible[v] > 0.95F && usual[v].alpha > 0.9F;
            sum += is_beyond ? vertices[v].alpha : 0;
            all += is_beyond ? usual[v].alpha : 0;
        }
        REQUIRE(all > 3);
        return sum / all;
    };
    HeadLayerParams spoilt;
    spoilt.skin_blend.turned_rad = {2.0F, 3.0F};
    CHECK(kept(0, {}) < 0.1F);
    CHECK(kept(-0.4F, {}) > 0.9F);
    CHECK(kept(-0.4F, spoilt) < 0.1F);
}
