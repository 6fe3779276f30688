// SPDX-License-Identifier: Apache-2.0
#include "vasa/head/actions.h"

#include <set>
#include <string>

#include "support/catch.h"

namespace {

using namespace vasa::head;

TEST_CASE("every action has its own name and is found by it") {
    std::set<std::string> names;
    for (int i = 0; i < kNumActions; ++i) {
        const auto action = static_cast<Action>(i);
        std::string name(action_name(action));
        names.insert(name);
        CHECK(find_action(name) == action);
        name[0] = static_cast<char>(name[0] - 'a' + 'A');
        CHECK(find_action(name) == action);
    }
    CHECK(names.size() == kNumActions);
    CHECK(action_name(Action::EyeBlinkLeft) == "eyeBlinkLeft");
    CHECK(action_name(Action::JawOpen) == "jawOpen");
    CHECK(action_name(Action::BrowInnerUp) == "browInnerUp");
    CHECK(action_name(Action::TongueOut) == "tongueOut");
}

TEST_CASE("names that are not actions are not found") {
    for (const char* name : {"", "jaw", "jawopen", "JAWOPEN", "jawOpen ", "headYaw", "j"}) {
        CHECK_FALSE(find_action(name).has_value());
    }
}

TEST_CASE("mirroring exchanges sides and is its own inverse") {
    CHECK(mirrored(Action::EyeBlinkLeft) == Action::EyeBlinkRight);
    CHECK(mirrored(Action::JawLeft) == Action::JawRight);
    CHECK(mirrored(Action::MouthRight) == Action::MouthLeft);
    CHECK(mirrored(Action::JawOpen) == Action::JawOpen);
    int num_middle = 0;
    Actions actions;
    for (int i = 0; i < kNumActions; ++i) {
        const auto action = static_cast<Action>(i);
        CHECK(mirrored(mirrored(action)) == action);
        num_middle += mirrored(action) == action ? 1 : 0;
        actions.values[i] = 0.01F * static_cast<float>(i);
    }
    CHECK(num_middle == 12);
    const Actions once = mirrored(actions);
    CHECK(once[Action::MouthSmileLeft] == actions[Action::MouthSmileRight]);
    CHECK(once[Action::CheekPuff] == actions[Action::CheekPuff]);
    CHECK(mirrored(once).values == actions.values);
}

TEST_CASE("gaze survives the eight look actions") {
    for (const float yaw : {-0.6F, -0.1F, 0.0F, 0.3F}) {
        for (const float pitch : {-0.5F, 0.0F, 0.2F}) {
            Actions actions;
            actions[Action::EyeLookInLeft] = 1.0F;  // previous values are replaced
            set_gaze(actions, {yaw, pitch}, {yaw * 0.5F, pitch * 0.5F});
            CHECK(left_gaze(actions).yaw_rad == Approx(yaw).margin(1e-6));
            CHECK(left_gaze(actions).pitch_rad == Approx(pitch).margin(1e-6));
            CHECK(right_gaze(actions).yaw_rad == Approx(yaw * 0.5F).margin(1e-6));
            CHECK(right_gaze(actions).pitch_rad == Approx(pitch * 0.5F).margin(1e-6));
            CHECK(actions[Action::EyeLookInLeft] * actions[Action::EyeLookOutLeft] == 0.0F);
            CHECK(actions[Action::EyeLookUpRight] * actions[Action::EyeLookDownRight] == 0.0F);
            CHECK(actions[Action::EyeLookInLeft] >= 0.0F);
        }
    }
}

TEST_CASE("looking to the image's right turns the person's left eye outwards") {
    Actions actions;
    set_gaze(actions, {0.35F, 0.0F}, {0.35F, 0.0F});
    CHECK(actions[Action::EyeLookOutLeft] == Approx(0.5F));
    CHECK(actions[Action::EyeLookInRight] == Approx(0.5F));
    CHECK(actions[Action::EyeLookInLeft] == 0.0F);
    CHECK(actions[Action::EyeLookOutRight] == 0.0F);
}

TEST_CASE("gaze beyond the range is held at full") {
    Actions actions;
    set_gaze(actions, {2.0F, -2.0F}, {2.0F, -2.0F});
    CHECK(actions[Action::EyeLookOutLeft] == 1.0F);
    CHECK(actions[Action::EyeLookDownRight] == 1.0F);
}

TEST_CASE("mirroring the actions mirrors the gaze") {
    Actions actions;
    set_gaze(actions, {0.2F, 0.1F}, {0.1F, -0.1F});
    const Actions other = mirrored(actions);
    CHECK(left_gaze(other).yaw_rad == Approx(-0.1F));
    CHECK(left_gaze(other).pitch_rad == Approx(-0.1F));
    CHECK(right_gaze(other).yaw_rad == Approx(-0.2F));
}

}  // namespace
