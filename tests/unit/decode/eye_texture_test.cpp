// SPDX-License-Identifier: Apache-2.0
#include "scene/eye_texture.h"

#include "painted_scene.h"

#include <algorithm>
#include <cmath>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::decode;
using head::Action;

namespace {

/// The right eye's texture, and its iris in it.
struct Eye {
    EyeTexture texture;
    core::Vec2f iris;
    float radius = 0;

    Eye(const PaintedScene& scene, const EyeTextureParams& params)
        : texture(make_eye_texture(scene.code, 0, params)) {
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

head::Actions blinking(float blink) {
    head::Actions actions;
    actions[Action::EyeBlinkLeft] = actions[Action::EyeBlinkRight] = blink;
    return actions;
}

}  // namespace

TEST_CASE("the iris is completed to a disc under the lids, the white around it") {
    const PaintedScene scene(blinking(0.4F));
    const float iris = luminance_of(support::FacePaint().iris);
    const float white = luminance_of(support::FacePaint().eye_white);
    const auto under_lid = [&](const EyeTextureParams& params, float radii) {
        return Eye(scene, params).luminance_at(0, -radii);
    };
    CHECK(std::abs(under_lid({}, 0.85F) - iris) < 15);
    CHECK(std::abs(under_lid({}, 1.3F) - white) < 15);
    EyeTextureParams spoilt;
    spoilt.iris_end = 0.6F;
    CHECK(under_lid(spoilt, 0.85F) - iris > 60);
}

TEST_CASE("lashes over the lid's edge do not darken the completed white") {
    const PaintedScene scene;
    const float white = luminance_of(support::FacePaint().eye_white);
    CHECK(Eye(scene, {}).darkest_white() > 0.9F * white);
    EyeTextureParams spoilt;
    spoilt.inset = -0.02F;
    CHECK(Eye(scene, spoilt).darkest_white() < 0.8F * white);
}

TEST_CASE("an eye that the portrait shows shut gets a plain white") {
    const PaintedScene scene(blinking(1.0F));
    const auto corner = [&](const EyeTextureParams& params) {
        return luminance_at(make_eye_texture(scene.code, 0, params).image, 1, 1);
    };
    CHECK(corner({}) > 130);
    EyeTextureParams spoilt;
    spoilt.min_white_px = 0;
    CHECK(corner(spoilt) < 100);
}
