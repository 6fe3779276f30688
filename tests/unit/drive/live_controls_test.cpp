// SPDX-License-Identifier: Apache-2.0
#include "live/live_controls.h"

#include "live/live_blinks.h"
#include "live/live_finish.h"

#include "vasa/head/actions.h"
#include "vasa/motion/controlled_motion.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::drive;
using head::Action;

namespace {

constexpr double kFrame_s = 0.04;

motion::MotionFrame open_mouth() {
    motion::MotionFrame frame;
    frame.actions[Action::JawOpen] = 0.4F;
    frame.actions[Action::BrowInnerUp] = 0.2F;
    frame.tongue.*head::kTongueMembers[0] = 0.5F;
    return frame;
}

/// Frames of an open mouth with blinks, as finished for `seconds`.
int count_blinks(LiveBlinks& blinks, float rate_per_min, double seconds, float lids = 0.0F) {
    int count = 0;
    bool was_shut = false;
    for (int i = 0; i < static_cast<int>(seconds / kFrame_s); ++i) {
        motion::MotionFrame frame;
        frame.actions[Action::EyeBlinkLeft] = frame.actions[Action::EyeBlinkRight] = lids;
        blinks.apply(rate_per_min, frame);
        const bool is_shut = frame.actions[Action::EyeBlinkLeft] > 0.99F;
        count += is_shut && !was_shut ? 1 : 0;
        was_shut = is_shut;
    }
    return count;
}

}  // namespace

TEST_CASE("an interruption shuts the mouth in two frames and a new word opens it", "[live]") {
    LiveControls controls({}, kFrame_s);
    for (int i = 0; i < 4; ++i) {
        motion::MotionFrame frame = open_mouth();
        controls.apply(i * kFrame_s, frame);
        CHECK(frame.actions[Action::JawOpen] == Approx(0.4F));
    }
    controls.shut_until(10 * kFrame_s);
    for (int i = 4; i < 10; ++i) {
        motion::MotionFrame frame = open_mouth();
        controls.apply(i * kFrame_s, frame);
        CHECK(frame.actions[Action::JawOpen] < (i == 4 ? 0.3F : 1e-6F));
        CHECK(frame.tongue.*head::kTongueMembers[0] < (i == 4 ? 0.3F : 1e-6F));
        CHECK(frame.actions[Action::BrowInnerUp] == Approx(0.2F));
    }
    float jaw = 0.0F;
    for (int i = 10; i < 14; ++i) {
        motion::MotionFrame frame = open_mouth();
        controls.apply(i * kFrame_s, frame);
        CHECK(frame.actions[Action::JawOpen] >= jaw);
        jaw = frame.actions[Action::JawOpen];
    }
    CHECK(jaw == Approx(0.4F));
}

TEST_CASE("controls act from the next frame on and do not jump", "[live]") {
    LiveControls controls({}, kFrame_s);
    motion::ControlFrame wanted;
    wanted.gaze.yaw_rad = 0.3F;
    wanted.distance = 1.5F;
    wanted.amplitude = 0.5F;
    controls.set(wanted);
    motion::MotionFrame before;
    for (int i = 0; i < 75; ++i) {
        motion::MotionFrame frame = open_mouth();
        controls.apply(i * kFrame_s, frame);
        const float yaw = head::left_gaze(frame.actions).yaw_rad;
        CHECK(yaw > 0.1F);
        CHECK(std::abs(frame.pose.z_cm - before.pose.z_cm) < 3.0F);
        before = frame;
    }
    CHECK(head::left_gaze(before.actions).yaw_rad == Approx(0.3F).margin(0.01F));
    CHECK(before.pose.z_cm == Approx(motion::asked_depth_cm(wanted)).margin(0.3F));
    CHECK(before.actions[Action::JawOpen] == Approx(0.2F).margin(0.01F));
}

TEST_CASE("controls of the start are in force at once", "[live]") {
    motion::ControlFrame first;
    first.distance = 1.4F;
    LiveControls controls(first, kFrame_s);
    motion::MotionFrame frame;
    controls.apply(0.0, frame);
    CHECK(frame.pose.z_cm == Approx(motion::asked_depth_cm(first)));
}

TEST_CASE("live blinks come at the requested rate", "[live]") {
    for (const float rate : {0.0F, 10.0F, 40.0F}) {
        LiveBlinks blinks(5);
        const int count = count_blinks(blinks, rate, 600.0);
        CHECK(count >= static_cast<int>(7.5F * rate));
        CHECK(count <= static_cast<int>(12.5F * rate));
    }
}

TEST_CASE("a live blink begins with the network's and shuts the eyes", "[live]") {
    constexpr float kLids = 0.5F;  // never shut by themselves
    LiveBlinks blinks(6);
    count_blinks(blinks, 12.0F, 2.0);
    CHECK(count_blinks(blinks, 60.0F, 0.2, kLids) == 1);
    LiveBlinks none(6);
    CHECK(count_blinks(none, 0.0F, 0.2, kLids) == 0);
}

TEST_CASE("a finished head rests while the mouth does and breathes", "[live]") {
    LiveFinisher finisher(7);
    std::vector<float> talking, resting, height;
    for (int i = 0; i < 400; ++i) {
        motion::MotionFrame frame;
        frame.pose.yaw_rad = 0.1F * std::sin(0.8F * static_cast<float>(i));
        const bool talks = i < 200;
        frame.actions[Action::JawOpen] = talks && i % 4 < 2 ? 0.3F : 0.0F;
        const motion::MotionFrame shown = finisher.add(frame, {frame, frame}, 0.0F);
        if (i > 50 && i < 150) {
            talking.push_back(shown.pose.yaw_rad);
        } else if (i > 250) {
            resting.push_back(shown.pose.yaw_rad);
            height.push_back(shown.pose.y_cm);
        }
    }
    const auto range = [](const std::vector<float>& values) {
        const auto [low, high] = std::minmax_element(values.begin(), values.end());
        return *high - *low;
    };
    CHECK(range(talking) > 5.0F * range(resting));
    CHECK(range(height) > 0.05F);
}
