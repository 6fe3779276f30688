// SPDX-License-Identifier: Apache-2.0
#include "finish/head_rhythm.h"

#include "vasa/core/rng.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::drive;
using head::Action;

namespace {

/// Four seconds of speech, four of rest, again and again; the head nods twice a second, turns
/// slowly and trembles.
std::vector<motion::MotionFrame> nodding() {
    core::Rng rng(3);
    std::vector<motion::MotionFrame> frames(1000);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const double time_s = static_cast<double>(i) / 25.0;
        const bool talks = std::fmod(time_s, 8.0) < 4.0;
        frames[i].actions[Action::JawOpen] =
            talks ? static_cast<float>(0.2 - 0.2 * std::cos(2 * 3.14159 * 4.0 * time_s)) : 0.0F;
        frames[i].pose.pitch_rad =
            static_cast<float>(0.03 * std::sin(2 * 3.14159 * 2.0 * time_s) + 0.002 * rng.normal());
        frames[i].pose.yaw_rad = static_cast<float>(0.1 * std::sin(2 * 3.14159 * 0.1 * time_s));
    }
    return frames;
}

struct Measured {
    double talk_pause = 0;  ///< ratio of the mean speeds of the pitch
    double jerk = 0;        ///< mean absolute third difference while talking
    double yaw = 0;         ///< largest
};

Measured measure(const HeadRhythmParams& params) {
    const std::vector<motion::MotionFrame> frames = nodding();
    const std::vector<head::Pose> poses = heads_in_rhythm(frames, 0, frames.size(), params);
    Measured result;
    double talking = 0, resting = 0;
    for (std::size_t i = 3; i < poses.size(); ++i) {
        const double in_period_s = std::fmod(static_cast<double>(i) / 25.0, 8.0);
        const auto pitch = [&](std::size_t k) { return static_cast<double>(poses[k].pitch_rad); };
        const double speed = std::abs(pitch(i) - pitch(i - 1));
        if (in_period_s > 0.6 && in_period_s < 3.4) {
            talking += speed;
            result.jerk += std::abs(pitch(i) - 3 * pitch(i - 1) + 3 * pitch(i - 2) - pitch(i - 3));
        } else if (in_period_s > 4.6 && in_period_s < 7.4) {
            resting += speed;
        }
        result.yaw = std::max(result.yaw, static_cast<double>(poses[i].yaw_rad));
    }
    result.talk_pause = talking / resting;
    return result;
}

}  // namespace

TEST_CASE("the head moves with a talking mouth and rests with a resting one") {
    const Measured usual = measure({});
    CHECK(usual.talk_pause > 4.0);
    HeadRhythmParams deaf;
    deaf.rest = deaf.talking;
    CHECK(measure(deaf).talk_pause < 1.5);
    HeadRhythmParams busy;
    busy.busy_mouth = 10.0F;  // no mouth is ever busy
    CHECK(measure(busy).talk_pause < usual.talk_pause);
}

TEST_CASE("the head trembles less and turns as far as its gain says") {
    const Measured usual = measure({});
    HeadRhythmParams trembling;
    trembling.smooth_frames = 0;
    CHECK(measure(trembling).jerk > 1.5 * usual.jerk);
    CHECK(usual.yaw == Approx(0.1 * HeadRhythmParams().gain).epsilon(0.25));
    HeadRhythmParams plain;
    plain.gain = 1.0F;
    CHECK(measure(plain).yaw < 0.9 * usual.yaw);
}
