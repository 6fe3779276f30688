// SPDX-License-Identifier: Apache-2.0
#include "scene/lid_texture.h"

#include "painted_scene.h"
#include "scene/lid_blend.h"

#include <algorithm>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::decode;
using head::Action;

namespace {

/// Texture of the right eye.
LidTexture lid_of(const PaintedScene& scene, const LidTextureParams& params = {}) {
    return make_lid_texture(scene.model, scene.code, scene.closed(), 0, params);
}

/// Mean luminance of rows of the texture, over one centimetre in its middle.
float light_at(const LidTexture& lid, float from_cm, float to_cm) {
    const int first = static_cast<int>(LidTexture::kEdgeRow_px - to_cm * LidTexture::kPixelsPerCm);
    const int end = static_cast<int>(LidTexture::kEdgeRow_px - from_cm * LidTexture::kPixelsPerCm);
    float sum = 0;
    int count = 0;
    for (int y = first; y < end; ++y) {
        for (int x = LidTexture::kWidth_px / 2 - 20; x < LidTexture::kWidth_px / 2 + 20; ++x) {
            sum += luminance_at(lid.image, x, y);
            ++count;
        }
    }
    return sum / static_cast<float>(count);
}

/// Maximum cover in a rectangle, 0..255.
int cover_in(const LidTexture& lid, int x0, int x1, float from_cm, float to_cm) {
    int most = 0;
    for (int y = static_cast<int>(LidTexture::kEdgeRow_px - to_cm * LidTexture::kPixelsPerCm);
         y < static_cast<int>(LidTexture::kEdgeRow_px - from_cm * LidTexture::kPixelsPerCm);
         ++y) {
        for (int x = x0; x < x1; ++x) {
            most = std::max<int>(most, lid.image.at(x, y)[3]);
        }
    }
    return most;
}

struct Cover {
    float above = 0, still = 0,
          below = 0;  ///< maximum on the lid, and on still skin above and below its edge
};

Cover cover_of(const PaintedScene& scene, float blink, const LidBlendParams& params = {}) {
    const LidBlend lid =
        make_lid_blend(scene.model, scene.code, scene.person, scene.closed(), 0, false, params, {});
    const LidBlend usual =
        make_lid_blend(scene.model, scene.code, scene.person, scene.closed(), 0, false, {}, {});
    std::vector<VertexAttributes> out(static_cast<std::size_t>(scene.model.num_vertices()));
    lid.cover(blink, params, out);
    Cover cover;
    for (const int v : lid.vertices) {
        const bool is_below = lid.texture.place_px[v].y > LidTexture::kEdgeRow_px;
        float& most = usual.hidden[v] > 0 ? cover.above : is_below ? cover.below : cover.still;
        most = std::max(most, out[v].lid);
    }
    return cover;
}

}  // namespace

TEST_CASE("a closed lid is as light as the skin around the eye, whatever the brows") {
    const PaintedScene scene;
    const float skin = luminance_of(support::FacePaint().skin);
    CHECK(light_at(lid_of(scene), 0.3F, 0.7F) > 0.88F * skin);
    CHECK(light_at(lid_of(scene), 0.3F, 0.7F) < 1.08F * skin);
    LidTextureParams spoilt;
    spoilt.skin.above_part = 1.0F;
    CHECK(light_at(lid_of(scene, spoilt), 0.3F, 0.7F) < 0.8F * skin);
}

TEST_CASE("lashes line a closed lid") {
    const PaintedScene scene;
    const auto contrast = [&](const LidTextureParams& params) {
        const LidTexture lid = lid_of(scene, params);
        return light_at(lid, 0.0F, 0.05F) / light_at(lid, 0.3F, 0.5F);
    };
    CHECK(contrast({}) < 0.85F);
    LidTextureParams spoilt;
    spoilt.lashes.line_cover = 0;
    CHECK(contrast(spoilt) > 0.9F);
    // As dark as the portrait's darkest.
    spoilt = {};
    spoilt.lashes.darkest = 1;
    CHECK(contrast(spoilt) > 1.1F * contrast({}));
}

TEST_CASE("the lash row of a closed lid is soft, no drawn line") {
    const PaintedScene scene;
    // The greatest share of the lid's light that lashes take over a fiftieth of a centimetre.
    const auto darkest = [&](const LidTextureParams& params) {
        const LidTexture lid = lid_of(scene, params);
        float least = 1e9F;
        for (float cm = 0.0F; cm < 0.2F; cm += 0.02F) {
            least = std::min(least, light_at(lid, cm, cm + 0.02F));
        }
        return least / light_at(lid, 0.3F, 0.5F);
    };
    CHECK(darkest({}) > 0.45F);
    LidTextureParams spoilt;
    spoilt.lashes.line_cover = 0.95F;
    spoilt.lashes.line_comb = 0;
    CHECK(darkest(spoilt) < 0.4F);
}

TEST_CASE("a shut portrait's lash row gives way to skin when the lids open, not before") {
    head::Actions shut;
    shut[Action::EyeBlinkLeft] = shut[Action::EyeBlinkRight] = 1;
    const PaintedScene scene(shut);
    const LidBlend lid =
        make_lid_blend(scene.model, scene.code, scene.person, scene.closed(), 0, true, {}, {});
    const auto most = [&](float blink) {
        std::vector<VertexAttributes> out(static_cast<std::size_t>(scene.model.num_vertices()));
        lid.cover(blink, {}, out);
        float value = 0;
        for (const VertexAttributes& vertex : out) {
            value = std::max(value, vertex.lid);
        }
        return value;
    };
    CHECK(most(1.0F) == 0);
    CHECK(most(0.0F) == 1);
    // Skin lies under the edge, lashes over it, and neither reaches far.
    const int middle = LidTexture::kWidth_px / 2;
    CHECK(cover_in(lid.texture, middle - 20, middle + 20, -0.2F, -0.1F) > 240);
    CHECK(cover_in(lid.texture, middle - 20, middle + 20, 0.3F, 1.0F) < 20);
    CHECK(light_at(lid.texture, 0.0F, 0.05F) < 0.7F * light_at(lid.texture, -0.25F, -0.15F));
}

TEST_CASE("lashes hang down a few millimetres, and nothing covers the face beside the eye") {
    const PaintedScene scene;
    const int middle = LidTexture::kWidth_px / 2;
    const auto hanging = [&](const LidTextureParams& params) {
        return cover_in(lid_of(scene, params), middle - 20, middle + 20, -0.48F, -0.42F);
    };
    const auto beside = [&](const LidTextureParams& params) {
        return cover_in(lid_of(scene, params), 0, 6, 0.1F, 1.0F);
    };
    CHECK(cover_in(lid_of(scene), middle - 20, middle + 20, -0.12F, -0.08F) > 60);
    CHECK(hanging({}) == 0);
    CHECK(beside({}) == 0);
    LidTextureParams spoilt;
    spoilt.lashes.outer_length_cm = 2;
    CHECK(hanging(spoilt) > 30);
    spoilt = {};
    spoilt.corner_margin = 0.5F;
    CHECK(beside(spoilt) > 100);
}

TEST_CASE("a mole under the eye leaves no hole in the lid") {
    PaintedScene scene;
    support::FaceCanvas canvas(scene.code);
    const core::Vec2f lower = canvas.point(head::kLowerLidMiddle[0]),
                      outer = canvas.point(head::kEyeCorners[0][0]),
                      inner = canvas.point(head::kEyeCorners[0][1]);
    const float cm = (inner.x - outer.x) / 3.0F;  // an eye is about 3 cm wide
    const core::Vec2f mole = {lower.x, lower.y + 0.7F * cm};
    canvas.disc({{mole.x - 20, mole.y - 20},
                 {mole.x + 20, mole.y - 20},
                 {mole.x + 20, mole.y + 20},
                 {mole.x - 20, mole.y + 20}},
                mole,
                0.12F * cm,
                {30, 20, 15});
    const auto darkest = [&](const LidTextureParams& params) {
        const LidTexture lid = lid_of(scene, params);
        float least = 255;
        for (int y = 34; y < 76; ++y) {
            for (int x = 60; x < 100; ++x) {
                least = std::min(least, luminance_at(lid.image, x, y));
            }
        }
        return least / light_at(lid, 0.3F, 0.7F);
    };
    CHECK(darkest({}) > 0.75F);
    LidTextureParams spoilt;
    spoilt.skin.min_detail = 0;
    CHECK(darkest(spoilt) < 0.6F);
}

TEST_CASE("a closing lid covers what was rolled up, a closed one what lies under its lashes") {
    const PaintedScene scene;
    CHECK(cover_of(scene, 0.0F).above == 0);
    CHECK(cover_of(scene, 1.0F).above > 0.95F);
    CHECK(cover_of(scene, 1.0F).below > 0.95F);
    CHECK(cover_of(scene, 0.65F).above > 0.6F);
    CHECK(cover_of(scene, 0.65F).below == 0);
    CHECK(cover_of(scene, 1.0F).still == 0);
    LidBlendParams spoilt;
    spoilt.touching = {0.0F, 0.1F};
    CHECK(cover_of(scene, 0.65F, spoilt).below > 0.5F);
    spoilt = {};
    spoilt.rolled_up = {-2.0F, -1.0F};
    CHECK(cover_of(scene, 1.0F, spoilt).still > 0.5F);
}

TEST_CASE("lids that the portrait shows half closed stay its own") {
    head::Actions half;
    half[Action::EyeBlinkLeft] = half[Action::EyeBlinkRight] = 0.5F;
    const PaintedScene scene(half);
    CHECK(cover_of(scene, 0.5F).above == 0);
    CHECK(cover_of(scene, 0.9F).above > 0.9F);
    LidBlendParams spoilt;
    spoilt.beyond_own = {-1.0F, -0.5F};
    CHECK(cover_of(scene, 0.5F, spoilt).above > 0.5F);
}
