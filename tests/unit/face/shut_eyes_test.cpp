// SPDX-License-Identifier: Apache-2.0
#include "shut_eyes.h"

#include "support/painted_face.h"

#include "vasa/head/action_groups.h"
#include "vasa/head/face_measures.h"

#include "support/catch.h"

using namespace vasa;
using namespace vasa::face;
using head::Action;

namespace {

struct Portrait {
    head::HeadModel model = support::load_head();
    head::FaceCode code;

    explicit Portrait(float blink, const support::FacePaint& paint = {})
        : code(support::make_painted_face(model, 21, blinking(blink), paint)) {}

    static head::Actions blinking(float value) {
        head::Actions actions;
        actions[Action::EyeBlinkLeft] = actions[Action::EyeBlinkRight] = value;
        return actions;
    }

    bool is_shut(const ShutEyeParams& params = {}) const {
        const auto shut = find_shut_eyes(code.appearance.crop, code.landmarks, params);
        CHECK(shut[0] == shut[1]);
        return shut[0];
    }
};

}  // namespace

TEST_CASE("open eyes are found open, shut ones shut") {
    CHECK_FALSE(Portrait(0).is_shut());
    CHECK_FALSE(Portrait(0.4F).is_shut());
    CHECK(Portrait(1).is_shut());
}

TEST_CASE("lids that landmarks take for half open are shut if nothing dark is between them") {
    support::FacePaint lids;
    lids.eye_white = lids.iris = lids.pupil = lids.lashes = lids.skin;
    const Portrait portrait(0.4F, lids);
    CHECK(portrait.is_shut());
    ShutEyeParams spoilt;
    spoilt.light = 10;
    CHECK_FALSE(portrait.is_shut(spoilt));
    // A statue's wide open eyes are as light as its skin.
    CHECK_FALSE(Portrait(0, lids).is_shut());
}

TEST_CASE("closed eyes look ahead and their lids meet; an open one says where both look") {
    Portrait portrait(0.4F);
    head::FaceCode& code = portrait.code;
    head::set_gaze(code.actions, {0.2F, 0.1F}, {-0.3F, 0.0F});
    head::Actions both = code.actions;
    head::Landmarks landmarks = code.landmarks;
    close_shut_eyes({true, true}, landmarks, both);
    CHECK(head::lid_opening(landmarks, 0) == 0);
    CHECK(both[Action::EyeBlinkRight] == 1);
    CHECK(head::left_gaze(both).yaw_rad == 0);
    close_shut_eyes({true, false}, code.landmarks, code.actions);
    CHECK(head::lid_opening(code.landmarks, 1) > 0.1F);
    CHECK(code.actions[Action::EyeBlinkLeft] < 0.5F);
    CHECK(std::abs(head::right_gaze(code.actions).yaw_rad - 0.2F) < 0.01F);
}
