// SPDX-License-Identifier: Apache-2.0
#include "scene/eye_texture.h"

#include "painted_scene.h"
#include "scene/canvas_colours.h"

#include <algorithm>
#include <cmath>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::decode;
using head::Action;

namespace {

EyeTexture texture_of(const PaintedScene& scene,
                      const EyeTextureParams& params = {},
                      EyeColour colour = EyeColour::Auto,
                      int eye = 0) {
    const Rgb skin = mean_skin(scene.model, scene.code.appearance.canvas, scene.view);
    return make_eye_textures(scene.person, scene.code, skin, colour, params)[eye];
}

/// The right eye's texture, and its iris in it.
struct Eye {
    EyeTexture texture;
    core::Vec2f iris;
    float radius = 0;

    Eye(const PaintedScene& scene, const EyeTextureParams& params)
        : texture(texture_of(scene, params)) {
        const core::Vec2f middle = head::canvas_from_crop(scene.code.landmarks[head::kIrises[0]]);
        const core::Vec2f rim = head::canvas_from_crop(scene.code.landmarks[head::kIrises[0] + 1]);
        iris = {middle.x - texture.left, middle.y - texture.top};
        radius = std::hypot(rim.x - middle.x, rim.y - middle.y);
    }

    float luminance_at(float dx, float dy) const {
        return decode::luminance_at(texture.image,
                                    static_cast<int>(iris.x + dx * radius),
                                    static_cast<int>(iris.y + dy * radius));
    }

    /// The darkest completed pixel of the white.
    float darkest_white() const {
        float darkest = 255;
        for (int y = 0; y < texture.image.height; ++y) {
            for (int x = 0; x < texture.image.width; ++x) {
                const float d = std::hypot(static_cast<float>(x) + 0.5F - iris.x,
                                           static_cast<float>(y) + 0.5F - iris.y);
                if (texture.image.at(x, y)[3] == 0 && d > 1.3F * radius) {
                    darkest = std::min(darkest, decode::luminance_at(texture.image, x, y));
                }
            }
        }
        return darkest;
    }
};

head::Actions blinking(float right, float left) {
    head::Actions actions;
    actions[Action::EyeBlinkLeft] = left;
    actions[Action::EyeBlinkRight] = right;
    return actions;
}

/// Mean colour of the made up iris between pupil and edge.
Rgb iris_colour(const PaintedScene& scene, const EyeTexture& texture) {
    const IrisDisc iris = iris_of_head(scene.person, scene.code, 0);
    Rgb sum = Rgb::Zero();
    constexpr int kSteps = 24;
    for (int k = 0; k < kSteps; ++k) {
        const float angle = 6.2831853F * static_cast<float>(k) / kSteps;
        const float r = 0.7F * iris.radius;
        const std::uint8_t* c =
            texture.image.at(static_cast<int>(iris.center.x - texture.left + r * std::cos(angle)),
                             static_cast<int>(iris.center.y - texture.top + r * std::sin(angle)));
        sum += Rgb(c[0], c[1], c[2]) / kSteps;
    }
    return sum;
}

}  // namespace

TEST_CASE("the iris is completed to a disc under the lids, the white around it") {
    const PaintedScene scene(blinking(0.3F, 0.3F));
    const float iris = luminance_of(support::FacePaint().iris);
    const float white = luminance_of(support::FacePaint().eye_white);
    const auto under_lid = [&](const EyeTextureParams& params, float radii) {
        return Eye(scene, params).luminance_at(0, -radii);
    };
    CHECK(std::abs(under_lid({}, 0.8F) - iris) < 20);
    CHECK(std::abs(under_lid({}, 1.35F) - white) < 20);
    EyeTextureParams spoilt;
    spoilt.iris_end = 0.6F;
    CHECK(under_lid(spoilt, 0.8F) - iris > 60);
}

TEST_CASE("what lids shade does not darken the completed white") {
    const PaintedScene scene;
    const float white = luminance_of(support::FacePaint().eye_white);
    CHECK(Eye(scene, {}).darkest_white() > 0.9F * white);
    EyeTextureParams spoilt;
    spoilt.white.from_share = 0;
    spoilt.white.to_share = 0.03F;
    spoilt.white.start = 0.8F;
    spoilt.white.min_light = 0;
    CHECK(Eye(scene, spoilt).darkest_white() < 0.8F * white);
}

TEST_CASE("the iris is found where landmarks miss it by a seventh of its radius") {
    EyePatch known(200, 200);
    const IrisDisc truth{{100, 100}, 30};
    for (int y = 0; y < 200; ++y) {
        for (int x = 0; x < 200; ++x) {
            const float light = truth.radii(x, y) < 1 ? 60.0F : 200.0F;
            known.at(x, y) = {light, light, light, std::abs(y - 105) < 28 ? 1.0F : 0.0F};
        }
    }
    const auto error = [&](const IrisFitParams& params) {
        const IrisDisc found = fit_iris(known, {{104.5F, 96.0F}, 29.0F}, params);
        return std::hypot(found.center.x - 100, found.center.y - 100);
    };
    CHECK(error({}) < 2);
    IrisFitParams spoilt;
    spoilt.reach = 0.001F;
    CHECK(error(spoilt) > 4);
}

TEST_CASE("an eye that the portrait shows shut gets an iris of the colour asked for") {
    const PaintedScene scene(blinking(1, 1));
    const auto iris = [&](EyeColour colour) {
        return iris_colour(scene, texture_of(scene, {}, colour));
    };
    CHECK(texture_of(scene).is_invented);
    CHECK(texture_of(scene).white == 0);
    const Rgb brown = iris(EyeColour::Brown), blue = iris(EyeColour::Blue),
              green = iris(EyeColour::Green);
    CHECK(brown.x() > 1.3F * brown.z());
    CHECK(blue.z() > 1.1F * blue.x());
    CHECK(green.y() * brown.x() > 1.2F * brown.y() * green.x());
    CHECK((iris(EyeColour::Auto) - brown).norm() == 0);
    // Dark pupil, light white.
    const EyeTexture texture = texture_of(scene);
    CHECK(luminance_at(texture.image, 1, 1) > 2 * luminance(brown.data()));
}

TEST_CASE("grey portraits get grey eyes") {
    support::FacePaint paint;
    for (auto* colour : {&paint.skin, &paint.lips, &paint.brow}) {
        colour->fill(luminance_of(*colour));
    }
    const PaintedScene scene(blinking(1, 1), paint);
    const auto colourfulness = [&](const EyeTextureParams& params) {
        const Rgb c = iris_colour(scene, texture_of(scene, params, EyeColour::Blue));
        return c.maxCoeff() - c.minCoeff();
    };
    CHECK(colourfulness({}) < 4);
    EyeTextureParams spoilt;
    spoilt.colourfulness = {-2, -1};
    CHECK(colourfulness(spoilt) > 15);
}

TEST_CASE("a shut eye beside an open one looks like it, unless another colour is asked for") {
    const PaintedScene scene(blinking(1, 0));
    const support::PaintColour own = support::FacePaint().iris;
    const auto difference = [&](EyeColour colour) {
        const Rgb c = iris_colour(scene, texture_of(scene, {}, colour));
        return (c - Rgb(own[0], own[1], own[2])).norm();
    };
    CHECK(texture_of(scene).is_invented);
    CHECK_FALSE(texture_of(scene, {}, EyeColour::Auto, 1).is_invented);
    CHECK(difference(EyeColour::Auto) < 25);
    CHECK(difference(EyeColour::Grey) > 25);
}
