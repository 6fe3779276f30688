// SPDX-License-Identifier: Apache-2.0
#include "motion_finish.h"

#include "driver_support.h"

#include "vasa/motion/controlled_motion.h"

#include "support/catch.h"

namespace {

using namespace vasa::motion;
using namespace vasa::test;

/// A minute and more of a still face whose lids twitch at a rate.
MotionClip twitching(double rate_per_min, double duration_s) {
    MotionClip clip;
    clip.frames.resize(static_cast<std::size_t>(duration_s * 25.0));
    for (double time_s = 1.0; rate_per_min > 0.0 && time_s < duration_s - 1.0;
         time_s += 60.0 / rate_per_min) {
        clip.frames[static_cast<std::size_t>(time_s * 25.0)].actions[Action::EyeBlinkLeft] = 0.6F;
        clip.frames[static_cast<std::size_t>(time_s * 25.0)].actions[Action::EyeBlinkRight] = 0.6F;
    }
    return clip;
}

/// Blinks that close the eyes wholly.
int count_complete(const MotionClip& clip) {
    int count = 0;
    for (std::size_t i = 1; i < clip.frames.size(); ++i) {
        const auto shut = [&](std::size_t k) {
            return clip.frames[k].actions[Action::EyeBlinkLeft] > 0.99F;
        };
        count += shut(i) && !shut(i - 1) ? 1 : 0;
    }
    return count;
}

TEST_CASE("blinks are completed and come at the rate asked for", "[motion]") {
    for (const double made : {0.0, 9.0, 20.0, 35.0}) {
        for (const float asked : {0.0F, 10.0F, 20.0F, 40.0F}) {
            INFO("made " << made << ", asked " << asked);
            Controls controls;
            controls.set("blink_rate", ControlCurve(asked));
            MotionClip clip = twitching(made, 1200.0);
            finish_blinks(clip, controls, 5);
            CHECK(count_complete(clip) / 20.0 ==
                  Approx(static_cast<double>(asked)).epsilon(0.15).margin(0.3));
        }
    }
}

TEST_CASE("finished motion begins in the portrait's pose", "[motion]") {
    MotionClip clip = twitching(0.0, 4.0);
    for (MotionFrame& frame : clip.frames) {
        frame.pose.yaw_rad = 0.3F;
        frame.pose.z_cm = -5.0F;
    }
    finish_motion(clip, Controls(), 1);
    CHECK(clip.frames.front().pose.yaw_rad == 0.0F);
    CHECK(clip.frames.front().pose.z_cm == 0.0F);
    CHECK(clip.frames.back().pose.yaw_rad == Approx(0.3F));
    for (std::size_t i = 1; i < clip.frames.size(); ++i) {
        CHECK(std::abs(clip.frames[i].pose.yaw_rad - clip.frames[i - 1].pose.yaw_rad) < 0.03F);
    }
}

TEST_CASE("amplitudes scale mouth and head, around the distance asked for", "[motion]") {
    MotionClip clip = twitching(0.0, 1.0);
    for (MotionFrame& frame : clip.frames) {
        frame.pose.yaw_rad = 0.1F;
        frame.pose.z_cm = -11.0F;
        frame.actions[Action::JawOpen] = 0.4F;
        frame.actions[Action::BrowInnerUp] = 0.4F;
    }
    Controls controls;
    controls.set("distance", ControlCurve(1.2F));
    controls.set("amplitude", ControlCurve({{0.0, 1.0F}, {0.96, 2.0F}}));
    controls.set("head_motion", ControlCurve(2.0F));
    scale_amplitudes(clip, controls);
    CHECK(clip.frames[0].actions[Action::JawOpen] == Approx(0.4F));
    CHECK(clip.frames[24].actions[Action::JawOpen] == Approx(0.8F));
    CHECK(clip.frames[24].actions[Action::BrowInnerUp] == Approx(0.4F));
    CHECK(clip.frames[0].pose.yaw_rad == Approx(0.2F));
    CHECK(clip.frames[0].pose.z_cm == Approx(-10.0F));  // 1 cm before -12, twice
}

}  // namespace
