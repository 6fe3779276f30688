// SPDX-License-Identifier: Apache-2.0
#include "painted_scene.h"
#include "scene/head_layer.h"
#include "scene/mouth_colours.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::decode;
using head::Action;
using head::Part;
using support::FacePaint;
using support::PaintColour;

namespace {

head::Actions smiling() {
    head::Actions actions;
    actions[Action::JawOpen] = 0.15F;
    actions[Action::MouthSmileLeft] = actions[Action::MouthSmileRight] = 0.5F;
    return actions;
}

/// teeth_colour() of a portrait with a given colour between parted lips.
std::optional<Rgb> teeth_in(const PaintColour& mouth, const TeethColourParams& params = {}) {
    FacePaint paint;
    paint.mouth = mouth;
    const PaintedScene scene(smiling(), paint);
    const core::ImageU8& canvas = scene.code.appearance.canvas;
    return teeth_colour(
        canvas, inner_lips(scene.code), mean_skin(scene.model, canvas, scene.view), params);
}

/// Mean colour that colour_mouth() gives a part of a closed mouth.
/// @param skin  of the whole face
Rgb mouth_colour(const PaintedScene& scene,
                 Part part,
                 const Rgb& skin,
                 const MouthColourParams& params = {}) {
    std::vector<VertexAttributes> vertices(static_cast<std::size_t>(scene.model.num_vertices()));
    for (VertexAttributes& vertex : vertices) {
        vertex.red = skin.x();
        vertex.green = skin.y();
        vertex.blue = skin.z();
    }
    colour_mouth(scene.model,
                 scene.code,
                 scene.view,
                 inner_lips(scene.code),
                 skin,
                 0,
                 std::nullopt,
                 params,
                 vertices);
    for (int v = 0; v < scene.model.num_vertices(); ++v) {
        if (scene.model.vertex_parts()[v] == part) {
            return {vertices[v].red, vertices[v].green, vertices[v].blue};
        }
    }
    return Rgb::Zero();
}

/// A mouth opened by the jaw, as the layer shades it.
struct Opened {
    std::vector<VertexAttributes> vertices;
    std::vector<float> shading;

    Opened(const PaintedScene& scene, float jaw, const MouthShadingParams& params = {}) {
        HeadLayerParams all;
        all.mouth_shading = params;
        const HeadLayer layer(scene.model, scene.code, scene.person, scene.view, all);
        head::Actions actions;
        actions[Action::JawOpen] = jaw;
        head::Points normals;
        layer.shade_vertices(
            scene.model, scene.pose(scene.code.pose, actions), actions, vertices, shading, normals);
    }

    /// Mean light on a part.
    float light(const head::HeadModel& model, Part part) const {
        float sum = 0;
        int count = 0;
        for (int v = 0; v < model.num_vertices(); ++v) {
            if (model.vertex_parts()[v] == part) {
                sum += shading[v];
                ++count;
            }
        }
        return sum / static_cast<float>(count);
    }
};

/// The frontmost and the deepest fifth of the upper teeth.
std::pair<std::vector<int>, std::vector<int>> front_and_back_teeth(const head::HeadModel& model) {
    std::vector<int> teeth;
    for (int v = 0; v < model.num_vertices(); ++v) {
        if (model.vertex_parts()[v] == Part::TeethUpper) {
            teeth.push_back(v);
        }
    }
    std::sort(teeth.begin(), teeth.end(), [&](int a, int b) {
        return model.neutral()(a, 2) > model.neutral()(b, 2);
    });
    const auto fifth = static_cast<std::ptrdiff_t>(teeth.size() / 5);
    return {{teeth.begin(), teeth.begin() + fifth}, {teeth.end() - fifth, teeth.end()}};
}

template <typename Of>
float mean_of(const std::vector<int>& vertices, const Of& of) {
    float sum = 0;
    for (const int v : vertices) {
        sum += of(v);
    }
    return sum / static_cast<float>(vertices.size());
}

}  // namespace

TEST_CASE("teeth between parted lips are found with their colour, a tongue and a gap are not") {
    const PaintColour white = {226, 214, 198}, red = {205, 110, 100}, dark = {60, 52, 48};
    const auto teeth = teeth_in(white);
    REQUIRE(teeth);
    CHECK((*teeth - Rgb(white[0], white[1], white[2])).norm() < 5);
    CHECK(!teeth_in(red));
    CHECK(!teeth_in(dark));
    TeethColourParams spoilt;
    spoilt.saturation.of_skin = 3;
    spoilt.luminance_of_skin = 0.5F;
    CHECK(teeth_in(red, spoilt));
    spoilt = {};
    spoilt.luminance_of_skin = 0;
    CHECK(teeth_in(dark, spoilt));
    spoilt = {};
    spoilt.min_pixels = 100000;
    CHECK(!teeth_in(white, spoilt));
}

TEST_CASE("gaps between teeth do not darken their colour") {
    FacePaint paint;
    paint.mouth = {226, 214, 198};
    PaintedScene scene(smiling(), paint);
    support::FaceCanvas face(scene.code);
    // The lower half of what the lips show.
    const float y = (face.point(head::kInnerLipTop).y + face.point(head::kInnerLipBottom).y) / 2;
    const auto lips = face.line(head::kInnerLips);
    std::vector<core::Vec2f> lower;
    for (const core::Vec2f& p : lips) {
        lower.push_back({p.x, std::max(p.y, y)});
    }
    face.fill(lower, {40, 20, 20});
    const core::ImageU8& canvas = scene.code.appearance.canvas;
    const Rgb skin = mean_skin(scene.model, canvas, scene.view);
    const auto teeth = teeth_colour(canvas, lips, skin);
    REQUIRE(teeth);
    CHECK((*teeth - Rgb(226, 214, 198)).norm() < 5);
    TeethColourParams spoilt;
    spoilt.bright_fraction = 1;
    spoilt.luminance_of_skin = 0;
    spoilt.saturation.margin = 1;
    const auto mixed = teeth_colour(canvas, lips, skin, spoilt);
    REQUIRE(mixed);
    CHECK((*mixed - Rgb(226, 214, 198)).norm() > 60);
}

TEST_CASE("the mouth takes the portrait's light") {
    const PaintedScene scene;
    const Rgb usual(200, 150, 130), warm(200, 150, 80), grey(150, 150, 150), dark(12, 9, 8);
    const auto blue_of_teeth = [&](const Rgb& skin, const MouthColourParams& params) {
        const Rgb teeth = mouth_colour(scene, Part::TeethUpper, skin, params);
        return teeth.z() / teeth.y();
    };
    MouthColourParams spoilt;
    spoilt.blue_gain = 0;
    CHECK(blue_of_teeth(warm, {}) < 0.85F * blue_of_teeth(usual, {}));
    CHECK(blue_of_teeth(warm, spoilt) > 0.99F * blue_of_teeth(usual, spoilt));

    spoilt = {};
    spoilt.colourfulness = {-2.0F, -1.0F};
    CHECK(core::saturation(mouth_colour(scene, Part::Tongue, usual).data()) > 0.3F);
    CHECK(core::saturation(mouth_colour(scene, Part::Tongue, grey).data()) < 0.001F);
    CHECK(core::saturation(mouth_colour(scene, Part::Tongue, grey, spoilt).data()) > 0.3F);

    const auto light_of_teeth = [&](const MouthColourParams& params) {
        return luminance(mouth_colour(scene, Part::TeethUpper, dark, params).data());
    };
    spoilt = {};
    spoilt.min_light = 0;
    CHECK(light_of_teeth({}) > 30);
    CHECK(light_of_teeth(spoilt) < 15);
}

TEST_CASE("a wider mouth lets more light onto the tongue") {
    const PaintedScene scene;
    const auto gain = [&](const MouthShadingParams& params) {
        return Opened(scene, 0.9F, params).light(scene.model, Part::Tongue) /
               Opened(scene, 0.1F, params).light(scene.model, Part::Tongue);
    };
    MouthShadingParams spoilt;
    spoilt.window_gain = 0;
    CHECK(gain({}) > 1.3F);
    CHECK(gain(spoilt) < 1.2F);
}

TEST_CASE("a wide mouth is no dark hole") {
    const PaintedScene scene;
    const auto light = [&](Part part, const MouthShadingParams& params) {
        return Opened(scene, 0.5F, params).light(scene.model, part);
    };
    // Of the light outside; the tongue's albedo is 0.6 of white.
    MouthShadingParams spoilt;
    spoilt.tongue = 0.5F;  // the mean is over its back and underside as well
    CHECK(light(Part::Tongue, {}) > 0.18F);
    CHECK(light(Part::Tongue, spoilt) < 0.1F);
    spoilt = {};
    spoilt.window_gain = 0.2F;
    CHECK(light(Part::TeethLower, {}) > 1.5F * light(Part::TeethLower, spoilt));
}

TEST_CASE("wet teeth and tongues shine") {
    const PaintedScene scene;
    MouthShadingParams dull;
    dull.teeth_highlight = dull.tongue_highlight = 0;
    const Opened wet(scene, 0.5F), dry(scene, 0.5F, dull);
    const auto shine = [&](Part part) {
        float most = 0;
        for (int v = 0; v < scene.model.num_vertices(); ++v) {
            if (scene.model.vertex_parts()[v] == part) {
                most = std::max(most,
                                luminance(&wet.vertices[v].red) - luminance(&dry.vertices[v].red));
            }
        }
        return most;
    };
    CHECK(shine(Part::Tongue) > 8);
    CHECK(shine(Part::TeethUpper) > 4);
    CHECK(shine(Part::MouthLining) == 0);
}

TEST_CASE("back teeth lie in the shade, and are the redder for it") {
    const PaintedScene scene;
    const auto [front, back] = front_and_back_teeth(scene.model);
    const auto fall = [&, &f = front, &b = back](const MouthShadingParams& params) {
        const Opened mouth(scene, 0.3F, params);
        const auto light = [&](int v) { return mouth.shading[v]; };
        return mean_of(b, light) / mean_of(f, light);
    };
    const auto reddening = [&, &f = front, &b = back](const MouthShadingParams& params) {
        const Opened mouth(scene, 0.3F, params);
        const auto red = [&](int v) { return mouth.vertices[v].red / mouth.vertices[v].green; };
        return mean_of(b, red) / mean_of(f, red);
    };
    MouthShadingParams spoilt;
    spoilt.min_window_cm2 = 1000;
    CHECK(fall({}) < 0.5F);
    CHECK(fall(spoilt) > 0.6F);
    spoilt = {};
    spoilt.red_in_shade = 0;
    CHECK(reddening({}) > 1.12F);
    CHECK(reddening(spoilt) == Approx(1).margin(0.02));
}

TEST_CASE("the portrait's mouth shows at its own opening only, whole teeth at any") {
    FacePaint paint;
    paint.mouth = {226, 214, 198};
    const PaintedScene scene(smiling(), paint);
    const auto from_source = [&](Part part, float jaw, const MouthShadingParams& params) {
        const Opened mouth(scene, jaw, params);
        float highest = 0;
        for (int v = 0; v < scene.model.num_vertices(); ++v) {
            if (scene.model.vertex_parts()[v] == part) {
                highest = std::max(highest, mouth.vertices[v].from_source);
            }
        }
        return highest;
    };
    const float own_jaw = smiling()[Action::JawOpen];
    MouthShadingParams spoilt;
    spoilt.own_opening_cm = {100.0F, 99.0F};
    CHECK(from_source(Part::TeethUpper, own_jaw, {}) > 0.5F);
    CHECK(from_source(Part::TeethUpper, 0.8F, {}) == 0);
    CHECK(from_source(Part::TeethUpper, 0.8F, spoilt) > 0.5F);
}

TEST_CASE("upper gums are darkest between two teeth") {
    const PaintedScene scene;
    const auto ratio = [&](const MouthShadingParams& params) {
        const Opened mouth(scene, 0.7F, params);
        std::vector<int> between, above;
        for (int v = 0; v < scene.model.num_vertices(); ++v) {
            const float y = scene.model.neutral()(v, 1), z = scene.model.neutral()(v, 2);
            const float drop =
                scene.model.action_basis()[static_cast<int>(head::Action::JawOpen)](v, 1);
            if (scene.model.vertex_parts()[v] == Part::Gums && y > -3.5F && z > 8.0F &&
                drop > -0.1F) {
                (y < -3.1F ? between : above).push_back(v);
            }
        }
        REQUIRE(between.size() > 5);
        REQUIRE(above.size() > 5);
        const auto light = [&](int v) { return mouth.shading[v]; };
        return mean_of(between, light) / mean_of(above, light);
    };
    MouthShadingParams spoilt;
    spoilt.upper_gap_loss = 0;
    CHECK(ratio({}) < 0.7F * ratio(spoilt));
}

TEST_CASE("gums beside the tongue are not black") {
    const PaintedScene scene;
    const auto darkest = [&](const MouthShadingParams& params) {
        const Opened mouth(scene, 0.7F, params);
        float least = 1;
        for (int v = 0; v < scene.model.num_vertices(); ++v) {
            const Eigen::RowVector3f rest = scene.model.neutral().row(v);
            const bool is_beside = scene.model.vertex_parts()[v] == Part::Gums &&
                                   rest.y() < -3.6F && rest.z() > 5.5F && rest.z() < 8.0F;
            least = is_beside ? std::min(least, mouth.shading[v]) : least;
        }
        return least;
    };
    MouthShadingParams spoilt;
    spoilt.lower_gums_ambient = 0;
    CHECK(darkest({}) > 0.35F);
    CHECK(darkest(spoilt) < 0.35F);
}
