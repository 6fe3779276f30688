// SPDX-License-Identifier: Apache-2.0
#include "portrait_limits.h"

#include "support/painted_face.h"

#include "vasa/head/face_measures.h"

#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using head::Action;

namespace {

const face::CanvasRect kWhole = {0, 0, head::kCanvasSize_px, head::kCanvasSize_px};

head::FaceCode make_face(float jaw = 0) {
    static const head::HeadModel model = support::load_head();
    head::Actions actions;
    actions[Action::JawOpen] = jaw;
    return support::make_painted_face(model, 3, actions);
}

std::vector<std::string> limits_of(const head::FaceCode& code,
                                   const face::CanvasRect& inside = kWhole,
                                   float unexplained_gap = 0,
                                   const face::CoveredParts& covered = {}) {
    return face::find_limits(
        inside, code.landmarks, code.appearance.crop, unexplained_gap, covered);
}

bool is_one_with(const std::vector<std::string>& limits, const std::string& words) {
    return limits.size() == 1 && limits[0].find(words) != std::string::npos;
}

/// Row or column of the canvas at a crop position.
int on_canvas(float crop_px) {
    return static_cast<int>(crop_px) * head::kCanvasScale + head::kCanvasMargin_px;
}

}  // namespace

TEST_CASE("a portrait with room around the head has no limits") {
    CHECK(limits_of(make_face()).empty());
    CHECK(limits_of(make_face(0.5F)).empty());
}

TEST_CASE("heads that the picture cuts are named") {
    const head::FaceCode code = make_face();
    const float unit = code.eye_distance_px();
    const float hairline = code.landmarks[head::kForeheadTop].y;
    face::CanvasRect inside = kWhole;
    inside.y0 = on_canvas(hairline - 0.4F * unit);
    CHECK(limits_of(code, inside).empty());
    inside.y0 = on_canvas(hairline);
    CHECK(is_one_with(limits_of(code, inside), "cut at the hairline"));
    inside = kWhole;
    inside.y1 = on_canvas(code.landmarks[head::kChin].y - 0.1F * unit);
    CHECK(is_one_with(limits_of(code, inside), "reaches beyond the picture"));
    inside = kWhole;
    inside.x0 = on_canvas(code.landmarks[head::kFaceSides[0]].x + 0.1F * unit);
    CHECK(is_one_with(limits_of(code, inside), "reaches beyond the picture"));
}

TEST_CASE("mouths that cannot close are named") {
    CHECK(is_one_with(limits_of(make_face(0.5F), kWhole, 0.1F), "the lips may not meet"));
    head::FaceCode scream = make_face();
    scream.landmarks[head::kInnerLipBottom].y += 0.5F * scream.eye_distance_px();
    support::FaceCanvas canvas(scream);
    canvas.fill(canvas.line(head::kInnerLips), {60, 25, 24});
    support::set_crop(scream);
    CHECK(is_one_with(limits_of(scream), "the lips may not meet"));
}

TEST_CASE("a tongue over the lower lip is named") {
    head::FaceCode code = make_face(0.7F);
    REQUIRE(head::mouth_gap(code.landmarks) > 0.15F);
    support::FaceCanvas canvas(code);
    const core::Vec2f top = canvas.point(head::kInnerLipTop), chin = canvas.point(head::kChin);
    const float half = 0.15F * head::kCanvasScale * code.eye_distance_px();
    const float tip = chin.y - 0.2F * (chin.y - top.y);
    canvas.fill({{top.x - half, top.y + half},
                 {top.x + half, top.y + half},
                 {top.x + half, tip},
                 {top.x - half, tip}},
                {200, 110, 115});
    support::set_crop(code);
    CHECK(is_one_with(limits_of(code), "tongue"));
    code = make_face(0.7F);
    CHECK(limits_of(code).empty());
}

TEST_CASE("covered parts are named") {
    const head::FaceCode code = make_face();
    CHECK(is_one_with(limits_of(code, kWhole, 0, {true, false}), "mouth is covered"));
    CHECK(is_one_with(limits_of(code, kWhole, 0, {false, true}), "eyes are covered"));
}
