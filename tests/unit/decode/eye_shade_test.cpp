// SPDX-License-Identifier: Apache-2.0
#include "scene/eye_shade.h"

#include "painted_scene.h"
#include "scene/head_layer.h"
#include "scene/lid_rest.h"

#include "vasa/head/face_measures.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::decode;
using head::Action;

namespace {

head::Actions blinking(float value) {
    head::Actions actions;
    actions[Action::EyeBlinkLeft] = actions[Action::EyeBlinkRight] = value;
    return actions;
}

/// Vertices of a posed head.
std::vector<VertexAttributes> shaded(const PaintedScene& scene,
                                     const HeadLayerParams& params,
                                     const head::Actions& actions) {
    const HeadLayer layer(scene.model, scene.code, scene.person, scene.view, params);
    std::vector<VertexAttributes> vertices;
    std::vector<float> shading;
    head::Points normals;
    layer.shade_vertices(
        scene.model, scene.pose(scene.code.pose, actions), actions, vertices, shading, normals);
    return vertices;
}

/// The least share of the eye's own light on the right eyeball.
float least_light(const PaintedScene& scene,
                  const HeadLayerParams& params,
                  const head::Actions& actions) {
    const std::vector<VertexAttributes> vertices = shaded(scene, params, actions);
    float least = 1;
    for (int v = 0; v < scene.model.num_vertices(); ++v) {
        if (scene.model.vertex_parts()[v] == head::Part::EyeRight) {
            least = std::min(least, vertices[v].from_source);
        }
    }
    return least;
}

/// Opening of the right eye of the animated head.
float opening(const PaintedScene& scene, const head::Actions& actions) {
    const head::Points head = scene.pose(scene.code.pose, actions).head_space;
    const float gap = scene.model.landmark(head, head::kUpperLidMiddle[0]).y() -
                      scene.model.landmark(head, head::kLowerLidMiddle[0]).y();
    return gap / (scene.model.landmark(head, head::kEyeCorners[0][0]) -
                  scene.model.landmark(head, head::kEyeCorners[0][1]))
                     .norm();
}

LidRest rest_of(const PaintedScene& scene, const LidRestParams& params = {}) {
    const Rgb skin = mean_skin(scene.model, scene.code.appearance.canvas, scene.view);
    return {scene.model,
            scene.person,
            scene.code,
            make_eye_textures(scene.person, scene.code, skin, EyeColour::Auto),
            params};
}

}  // namespace

TEST_CASE("a falling lid casts a shade on the eyeball, that of the portrait is not added again") {
    const PaintedScene scene;
    // In the middle of the eye, under the upper lid's edge.
    const auto darkened = [&](const HeadLayerParams& params) {
        const std::vector<VertexAttributes> before = shaded(scene, params, blinking(0)),
                                            after = shaded(scene, params, blinking(0.5F));
        float most = 0;
        for (int v = 0; v < scene.model.num_vertices(); ++v) {
            if (scene.model.vertex_parts()[v] == head::Part::EyeRight) {
                most = std::max(most, before[v].from_source - after[v].from_source);
            }
        }
        return most;
    };
    CHECK(darkened({}) > 0.2F);
    HeadLayerParams spoilt;
    spoilt.eye_shade.upper = 0;
    CHECK(darkened(spoilt) < 0.1F);
}

TEST_CASE("a shut eye shows the portrait's lids until it opens") {
    const PaintedScene scene(blinking(1));
    CHECK(least_light(scene, {}, blinking(1)) == 0);
    const auto seen = [&](float blink) {
        const std::vector<VertexAttributes> vertices = shaded(scene, {}, blinking(blink));
        float most = 0;
        for (int v = 0; v < scene.model.num_vertices(); ++v) {
            if (scene.model.vertex_parts()[v] == head::Part::EyeRight) {
                most = std::max(most, vertices[v].from_source);
            }
        }
        return most;
    };
    CHECK(seen(1) == 0);
    CHECK(seen(0) > 0.8F);
}

TEST_CASE("shut eyes open as far as most people's") {
    const PaintedScene scene(blinking(1));
    const auto error = [&](const LidRestParams& params) {
        return std::abs(opening(scene, rest_of(scene, params).adjusted(blinking(0))) -
                        LidRestParams().opening);
    };
    CHECK(error({}) < 0.01F);
    LidRestParams spoilt;
    spoilt.min_blink = spoilt.max_blink = 0.5F;
    CHECK(error(spoilt) > 0.03F);
    // A blink still shuts them, and the unmoved portrait is left alone.
    CHECK(rest_of(scene).adjusted(blinking(1))[Action::EyeBlinkRight] == 1);
}

TEST_CASE("open eyes and covered ones: the first blink as asked, the others never") {
    const PaintedScene open;
    CHECK(rest_of(open).adjusted(blinking(0.4F))[Action::EyeBlinkRight] == 0.4F);
    PaintedScene covered;  // the picture shows them open, the encoder found them covered
    covered.code.actions = blinking(1);
    covered.update();
    CHECK(rest_of(covered).adjusted(blinking(0))[Action::EyeBlinkRight] == 1);
}
