// SPDX-License-Identifier: Apache-2.0
#include "driver_support.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "support/catch.h"

namespace {

using namespace vasa;
using namespace vasa::drive;
using namespace vasa::test;

TEST_CASE("blinks come at the rate asked for") {
    SyntheticSpeech speech(11);
    speech.babble(600.0);
    RulesDriverOptions options;
    for (const float rate : {6.0F, 18.0F, 40.0F}) {
        options.blink_rate_per_min = rate;
        int num = 0;
        for (options.seed = 1; options.seed <= 3; ++options.seed) {
            num += count_blinks(drive_by_rules(speech.samples(), k25, options));
        }
        CHECK(num / 30.0 == Approx(static_cast<double>(rate)).epsilon(0.2));
    }
    options.blink_rate_per_min = 0.0F;
    const motion::MotionClip none = drive_by_rules(speech.samples(), k25, options);
    CHECK(largest(none, Action::EyeBlinkLeft, 0.0, 600.0) == 0.0F);
}

TEST_CASE("lids close fully, at 25 fps too, and faster than they open") {
    SyntheticSpeech speech(12);
    speech.silence(120.0);
    const motion::MotionClip coarse = drive_speech(speech);
    for (std::size_t i = 5; i + 5 < coarse.frames.size(); ++i) {
        const auto lid = [&](std::size_t k) {
            return coarse.frames[k].actions[Action::EyeBlinkLeft];
        };
        if (lid(i) >= lid(i - 1) && lid(i) > lid(i + 1) && lid(i) > 0.1F) {
            CHECK(lid(i) == 1.0F);
        }
    }
    const motion::MotionClip fine = drive_speech(speech, 1, {200, 1});
    int num_half = 0;
    float fastest_closing = 0.0F;
    float fastest_opening = 0.0F;
    const std::vector<float> lids = values(fine, Action::EyeBlinkRight);
    for (std::size_t i = 1; i < lids.size(); ++i) {
        num_half += lids[i] > 0.5F ? 1 : 0;
        fastest_closing = std::max(fastest_closing, lids[i] - lids[i - 1]);
        fastest_opening = std::max(fastest_opening, lids[i - 1] - lids[i]);
    }
    CHECK(num_half / 200.0 / count_blinks(fine) == Approx(0.12).margin(0.02));
    CHECK(fastest_closing > 1.5F * fastest_opening);
}

TEST_CASE("the gaze rests between quick jumps, both eyes together, on the viewer") {
    RulesDriverOptions options;
    options.head_motion = 0.0F;
    const motion::MotionClip still =
        drive_by_rules(SyntheticSpeech(13).silence(60.0).samples(), k25, options);
    int num_moves = 0;
    bool was_moving = false;
    for (std::size_t i = 25; i < still.frames.size(); ++i) {
        const auto a = vasa::head::left_gaze(still.frames[i - 1].actions);
        const auto b = vasa::head::left_gaze(still.frames[i].actions);
        const auto other = vasa::head::right_gaze(still.frames[i].actions);
        CHECK(other.yaw_rad == Approx(b.yaw_rad).margin(1e-5));
        const bool moving = std::hypot(b.yaw_rad - a.yaw_rad, b.pitch_rad - a.pitch_rad) > 0.003F;
        num_moves += moving && !was_moving ? 1 : 0;
        was_moving = moving;
        CHECK(std::hypot(b.yaw_rad, b.pitch_rad) < 0.2F);
    }
    CHECK(num_moves > 25);
    CHECK(num_moves < 110);
    // When the head moves, the eyes turn against it.
    SyntheticSpeech speech(13);
    const motion::MotionClip moving = drive_speech(speech.babble(60.0));
    std::vector<float> head;
    std::vector<float> eyes;
    for (const motion::MotionFrame& frame : moving.frames) {
        head.push_back(frame.pose.yaw_rad);
        eyes.push_back(vasa::head::left_gaze(frame.actions).yaw_rad);
    }
    CHECK(correlation(head, eyes) < -0.5);
}

TEST_CASE("the head sways within the range of people and starts as the portrait stands") {
    SyntheticSpeech speech(14);
    speech.babble(120.0);
    const motion::MotionClip clip = drive_speech(speech);
    constexpr float vasa::head::Pose::*kAngles[] = {
        &vasa::head::Pose::yaw_rad, &vasa::head::Pose::pitch_rad, &vasa::head::Pose::roll_rad};
    const double expected_deg[] = {3.1, 1.9, 2.0};
    for (int k = 0; k < 3; ++k) {
        double sum = 0.0;
        double squares = 0.0;
        float fastest = 0.0F;
        for (std::size_t i = 1; i < clip.frames.size(); ++i) {
            const double value = static_cast<double>(clip.frames[i].pose.*kAngles[k]) * 57.29578;
            sum += value;
            squares += value * value;
            fastest = std::max(
                fastest,
                std::abs(clip.frames[i].pose.*kAngles[k] - clip.frames[i - 1].pose.*kAngles[k]));
        }
        const double n = static_cast<double>(clip.frames.size() - 1);
        const double std_deg = std::sqrt(squares / n - sum * sum / n / n);
        CHECK(std_deg > 0.5 * expected_deg[k]);
        CHECK(std_deg < 1.6 * expected_deg[k]);
        CHECK(fastest * 57.29578F < 2.0F);  // degrees per frame
    }
    const motion::MotionFrame& first = clip.frames.front();
    CHECK(first.pose.yaw_rad == 0.0F);
    CHECK(first.pose.z_cm == 0.0F);
    CHECK(first.actions[Action::EyeBlinkLeft] == 0.0F);
    CHECK(std::abs(clip.frames[1].pose.yaw_rad) < 0.005F);
}

}  // namespace
