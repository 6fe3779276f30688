// SPDX-License-Identifier: Apache-2.0
#include "vasa/face/covered_parts.h"

#include "support/painted_face.h"

#include "vasa/head/face_measures.h"

#include <utility>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using head::Action;
using support::FaceCanvas;
using support::PaintColour;

namespace {

const head::HeadModel& model() {
    static const head::HeadModel instance = support::load_head();
    return instance;
}

struct Skin {
    PaintColour skin, lips;
};

const std::vector<Skin> kSkins = {{{225, 190, 170}, {195, 120, 115}},
                                  {{205, 158, 136}, {170, 90, 86}},
                                  {{120, 78, 55}, {105, 55, 50}},
                                  {{150, 150, 150}, {110, 110, 110}}};

head::FaceCode make_face(const Skin& skin, const head::Actions& actions = {}) {
    support::FacePaint paint;
    paint.skin = skin.skin;
    paint.lips = skin.lips;
    return support::make_painted_face(model(), 3, actions, paint);
}

face::CoveredParts covered_parts(const head::FaceCode& code) {
    return face::find_covered_parts(code.appearance.crop, code.landmarks);
}

/// A square of cloth from the nose to the chin and from cheek to cheek.
void paint_mask(head::FaceCode& code, const PaintColour& colour, bool has_folds) {
    FaceCanvas canvas(code);
    const core::Vec2f left = canvas.point(head::kFaceSides[0]),
                      right = canvas.point(head::kFaceSides[1]),
                      nose = canvas.point(head::kNoseTip), chin = canvas.point(head::kChin);
    canvas.fill({{left.x, nose.y}, {right.x, nose.y}, {right.x, chin.y}, {left.x, chin.y}}, colour);
    const PaintColour fold = {colour[0] * 0.8F, colour[1] * 0.8F, colour[2] * 0.8F};
    for (float t = 0.1F; t < 1 && has_folds; t += 0.2F) {
        const float y = nose.y + t * (chin.y - nose.y);
        canvas.stroke({{left.x, y}, {right.x, y}}, 8, fold);
    }
    support::set_crop(code);
}

/// Lenses of one colour, or of one that runs to another, as on mirrored ones.
void paint_glasses(head::FaceCode& code, const PaintColour& upper, const PaintColour& lower) {
    FaceCanvas canvas(code);
    for (int eye = 0; eye < 2; ++eye) {
        const core::Vec2f middle = head::canvas_from_crop(head::eye_middle(code.landmarks, eye));
        const float radius = 0.3F * head::kCanvasScale * code.eye_distance_px();
        const int num_bands = 12;
        for (int band = 0; band < num_bands; ++band) {
            const float t = static_cast<float>(band) / num_bands;
            const float y0 = middle.y - radius + 2 * radius * t;
            const float y1 = y0 + 2 * radius / num_bands + 1;
            PaintColour colour;
            for (int c = 0; c < 3; ++c) {
                colour[c] = upper[c] + t * (lower[c] - upper[c]);
            }
            canvas.disc({{middle.x - radius, y0},
                         {middle.x + radius, y0},
                         {middle.x + radius, y1},
                         {middle.x - radius, y1}},
                        middle,
                        radius,
                        colour);
        }
    }
    support::set_crop(code);
}

}  // namespace

TEST_CASE("faces that nothing covers have no covered parts") {
    head::Actions speaking, blinking;
    speaking[Action::JawOpen] = 0.5F;
    blinking[Action::EyeBlinkLeft] = blinking[Action::EyeBlinkRight] = 1.0F;
    for (const Skin& skin : kSkins) {
        for (const head::Actions& actions : {head::Actions{}, speaking, blinking}) {
            CAPTURE(skin.skin[0]);
            const face::CoveredParts covered = covered_parts(make_face(skin, actions));
            CHECK_FALSE(covered.mouth);
            CHECK_FALSE(covered.eyes);
        }
    }
}

TEST_CASE("a mouth under a mask is found, with and without folds") {
    for (const Skin& skin : kSkins) {
        for (const auto& [cloth, has_folds] : std::vector<std::pair<PaintColour, bool>>{
                 {{169, 211, 230}, false}, {{120, 200, 240}, true}, {{25, 25, 28}, false}}) {
            CAPTURE(skin.skin[0], cloth[0], has_folds);
            head::FaceCode code = make_face(skin);
            paint_mask(code, cloth, has_folds);
            const face::CoveredParts covered = covered_parts(code);
            CHECK(covered.mouth);
            CHECK_FALSE(covered.eyes);
        }
    }
}

TEST_CASE("eyes behind mirrored, dark and tinted glasses are found") {
    for (const Skin& skin : kSkins) {
        const PaintColour dark = {0.2F * skin.skin[0], 0.2F * skin.skin[1], 0.2F * skin.skin[2]};
        const PaintColour grey = {0.45F * skin.skin[1], 0.45F * skin.skin[1], 0.45F * skin.skin[1]};
        for (const auto& [upper, lower] :
             std::vector<std::pair<PaintColour, PaintColour>>{{{30, 60, 170}, {200, 40, 190}},
                                                              {{20, 30, 45}, {20, 30, 45}},
                                                              {{15, 15, 15}, grey},
                                                              {dark, grey}}) {
            CAPTURE(skin.skin[0], upper[0]);
            head::FaceCode code = make_face(skin);
            paint_glasses(code, upper, lower);
            const face::CoveredParts covered = covered_parts(code);
            CHECK(covered.eyes);
            CHECK_FALSE(covered.mouth);
        }
    }
}

TEST_CASE("eyes in the shadow of brows and behind clear glasses are not covered") {
    for (const Skin& skin : kSkins) {
        CAPTURE(skin.skin[0]);
        head::FaceCode code = make_face(skin);
        FaceCanvas canvas(code);
        for (int eye = 0; eye < 2; ++eye) {
            // All around the eye, and a little below its lid.
            const core::Vec2f middle =
                head::canvas_from_crop(head::eye_middle(code.landmarks, eye));
            const float unit = head::kCanvasScale * code.eye_distance_px();
            const PaintColour shadow = {
                0.4F * skin.skin[0], 0.4F * skin.skin[1], 0.4F * skin.skin[2]};
            canvas.fill({{middle.x - 0.25F * unit, middle.y - 0.2F * unit},
                         {middle.x + 0.25F * unit, middle.y - 0.2F * unit},
                         {middle.x + 0.25F * unit, middle.y + 0.165F * unit},
                         {middle.x - 0.25F * unit, middle.y + 0.165F * unit}},
                        shadow);
        }
        support::set_crop(code);
        CHECK_FALSE(covered_parts(code).eyes);

        head::FaceCode glasses = make_face(skin);
        FaceCanvas frames(glasses);
        for (int eye = 0; eye < 2; ++eye) {
            const core::Vec2f middle =
                head::canvas_from_crop(head::eye_middle(glasses.landmarks, eye));
            const float half = 0.3F * head::kCanvasScale * glasses.eye_distance_px();
            const core::Vec2f a = {middle.x - half, middle.y - half},
                              b = {middle.x + half, middle.y - half},
                              c = {middle.x + half, middle.y + half},
                              d = {middle.x - half, middle.y + half};
            frames.stroke({a, b, c, d, a}, 8, {20, 20, 20});
        }
        support::set_crop(glasses);
        CHECK_FALSE(covered_parts(glasses).eyes);
    }
}

TEST_CASE("closed lids with eye shadow are not covered") {
    head::Actions closed;
    closed[Action::EyeBlinkLeft] = closed[Action::EyeBlinkRight] = 1.0F;
    head::FaceCode code = make_face(kSkins[1], closed);
    paint_glasses(code, {120, 40, 110}, {120, 40, 110});
    CHECK_FALSE(covered_parts(code).eyes);
}

TEST_CASE("covered lips and lids stay closed, whatever the motion") {
    head::Actions motion;
    motion.values.fill(0.5F);
    head::Actions mouth = motion, eyes = motion, none = motion;
    face::close_covered_parts(mouth, {true, false});
    CHECK(mouth[Action::JawOpen] == 0);
    CHECK(mouth[Action::MouthUpperUpLeft] == 0);
    CHECK(mouth[Action::TongueOut] == 0);
    CHECK(mouth[Action::EyeBlinkLeft] == 0.5F);
    face::close_covered_parts(eyes, {false, true});
    CHECK(eyes[Action::EyeBlinkLeft] == 1);
    CHECK(eyes[Action::EyeBlinkRight] == 1);
    CHECK(eyes[Action::EyeLookUpLeft] == 0);
    CHECK(eyes[Action::JawOpen] == 0.5F);
    face::close_covered_parts(none, {});
    CHECK(none.values == motion.values);
}
