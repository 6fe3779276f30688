// SPDX-License-Identifier: Apache-2.0
#include "driver_support.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "support/catch.h"

namespace {

using namespace vasa;
using namespace vasa::drive;
using namespace vasa::test;

/// RMS in 50 ms round each frame.
std::vector<float> loudness(const std::vector<float>& speech, std::size_t num_frames) {
    std::vector<float> result(num_frames, 0.0F);
    for (std::size_t f = 0; f < num_frames; ++f) {
        for (int i = -400; i < 400; ++i) {
            const auto at = static_cast<std::int64_t>(f) * 640 + i;
            if (at >= 0 && at < static_cast<std::int64_t>(speech.size())) {
                result[f] += speech[at] * speech[at] / 800.0F;
            }
        }
        result[f] = std::sqrt(result[f]);
    }
    return result;
}

constexpr Action kMouth[] = {Action::JawOpen,
                             Action::MouthClose,
                             Action::MouthPucker,
                             Action::MouthFunnel,
                             Action::MouthStretchLeft,
                             Action::MouthSmileRight,
                             Action::MouthPressLeft,
                             Action::MouthLowerDownLeft,
                             Action::MouthUpperUpRight};

TEST_CASE("silence keeps the mouth shut and the eyes alive") {
    const motion::MotionClip clip = drive_speech(SyntheticSpeech(1).silence(20.0));
    REQUIRE(clip.frames.size() == 500);
    for (const Action action : kMouth) {
        CHECK(largest(clip, action, 0.0, 20.0) == 0.0F);
    }
    CHECK(count_blinks(clip) >= 2);
    CHECK(largest(clip, Action::EyeBlinkLeft, 0.0, 20.0) == 1.0F);
}

TEST_CASE("noise alone keeps the mouth shut") {
    for (const double level : {0.0005, 0.01, 0.2}) {
        const motion::MotionClip clip =
            drive_speech(SyntheticSpeech(2).silence(15.0).add_noise(level));
        for (const Action action : kMouth) {
            CHECK(largest(clip, action, 0.0, 15.0) < 0.02F);
        }
    }
}

TEST_CASE("the jaw follows loudness without lag") {
    SyntheticSpeech speech(3);
    speech.silence(0.3);
    const double levels[] = {0.2, 0.05, 0.1, 0.03, 0.15, 0.25, 0.04, 0.1, 0.2, 0.06};
    for (const double level : levels) {
        speech.vowel(SyntheticSpeech::kA, 0.2, level).silence(0.25);
    }
    const motion::MotionClip clip = drive_speech(speech);
    const std::vector<float> jaw = values(clip, Action::JawOpen);
    const std::vector<float> loud = loudness(speech.samples(), jaw.size());
    int best = -9;
    for (int lag = -8; lag <= 8; ++lag) {
        if (best < -8 || correlation(loud, jaw, lag) > correlation(loud, jaw, best)) {
            best = lag;
        }
    }
    CHECK(std::abs(best) <= 1);
    CHECK(correlation(loud, jaw) > 0.7);
    CHECK(*std::max_element(jaw.begin(), jaw.end()) > 0.25F);
}

TEST_CASE("front vowels spread the lips and back vowels round them") {
    SyntheticSpeech speech(4);
    for (int i = 0; i < 4; ++i) {
        speech.silence(0.5)
            .vowel(SyntheticSpeech::kI, 0.5)
            .silence(0.5)
            .vowel(SyntheticSpeech::kU, 0.5);
    }
    const motion::MotionClip clip = drive_speech(speech);
    for (int i = 0; i < 4; ++i) {
        const double front_s = 2.0 * i + 0.6;
        const double back_s = 2.0 * i + 1.6;
        CHECK(mean_between(clip, Action::MouthStretchLeft, front_s, front_s + 0.3) > 0.1F);
        CHECK(mean_between(clip, Action::MouthPucker, front_s, front_s + 0.3) < 0.03F);
        CHECK(mean_between(clip, Action::MouthPucker, back_s, back_s + 0.3) > 0.15F);
        CHECK(mean_between(clip, Action::MouthStretchLeft, back_s, back_s + 0.3) < 0.03F);
    }
}

TEST_CASE("open vowels open the jaw wider than close ones of the same loudness") {
    SyntheticSpeech speech(5);
    speech.silence(0.5)
        .vowel(SyntheticSpeech::kA, 0.5)
        .silence(0.5)
        .vowel(SyntheticSpeech::kI, 0.5);
    speech.silence(0.5);
    const motion::MotionClip clip = drive_speech(speech);
    const float open = mean_between(clip, Action::JawOpen, 0.6, 0.9);
    const float close = mean_between(clip, Action::JawOpen, 1.6, 1.9);
    CHECK(open > 0.3F);
    CHECK(close < 0.6F * open);
    CHECK(close > 0.02F);
}

TEST_CASE("fricatives hold the jaw up and part the lips") {
    SyntheticSpeech speech(6);
    speech.silence(0.5)
        .vowel(SyntheticSpeech::kA, 0.4)
        .fricative(0.3)
        .vowel(SyntheticSpeech::kA, 0.4);
    speech.silence(0.5);
    const motion::MotionClip clip = drive_speech(speech);
    CHECK(mean_between(clip, Action::JawOpen, 1.0, 1.14) <
          0.3F * mean_between(clip, Action::JawOpen, 0.6, 0.85));
    CHECK(mean_between(clip, Action::MouthLowerDownLeft, 1.0, 1.14) > 0.05F);
    CHECK(largest(clip, Action::MouthPressLeft, 1.0, 1.14) < 0.05F);
}

TEST_CASE("a short gap between vowels closes the lips over an open jaw") {
    SyntheticSpeech speech(7);
    speech.silence(0.5);
    std::vector<double> gaps_s;
    for (int i = 0; i < 5; ++i) {
        speech.vowel(SyntheticSpeech::kA, 0.3);
        gaps_s.push_back(speech.duration_s() + 0.04);
        speech.silence(0.08);
    }
    speech.vowel(SyntheticSpeech::kA, 0.3).silence(0.5);
    const motion::MotionClip clip = drive_speech(speech, 1, {100, 1});
    for (const double gap_s : gaps_s) {
        const float press = largest(clip, Action::MouthPressLeft, gap_s - 0.05, gap_s + 0.05);
        CHECK(press > 0.15F);
        float lowest = 1.0F;
        for (const motion::MotionFrame& frame : clip.frames) {
            const double time_s = static_cast<double>(&frame - clip.frames.data()) / 100.0;
            if (std::abs(time_s - gap_s) < 0.05) {
                lowest = std::min(
                    lowest, frame.actions[Action::JawOpen] - frame.actions[Action::MouthClose]);
            }
        }
        CHECK(lowest < 0.04F);
        CHECK(mean_between(clip, Action::MouthPressLeft, gap_s + 0.13, gap_s + 0.23) < 0.02F);
    }
    for (const motion::MotionFrame& frame : clip.frames) {
        CHECK(frame.actions[Action::MouthClose] <= frame.actions[Action::JawOpen]);
    }
}

TEST_CASE("whispered, faint and noisy speech move the mouth") {
    SyntheticSpeech whisper(8);
    SyntheticSpeech noisy(9);
    for (int i = 0; i < 8; ++i) {
        whisper.silence(0.3).whisper(SyntheticSpeech::kA, 0.25);
        noisy.silence(0.3).vowel(SyntheticSpeech::kA, 0.25);
    }
    whisper.silence(0.3).add_noise(0.0003);
    noisy.silence(0.3).add_noise(0.02);
    for (const SyntheticSpeech& speech : {whisper, noisy}) {
        const motion::MotionClip clip = drive_speech(speech);
        for (int i = 0; i < 8; ++i) {
            const double start_s = 0.55 * i + 0.3;
            CHECK(mean_between(clip, Action::JawOpen, start_s + 0.05, start_s + 0.2) > 0.15F);
            CHECK(mean_between(clip, Action::JawOpen, start_s - 0.18, start_s - 0.08) < 0.03F);
        }
    }
}

TEST_CASE("the level of the recording does not matter") {
    SyntheticSpeech speech(10);
    speech.silence(0.5).babble(10.0);
    const motion::MotionClip loud = drive_speech(speech);
    const motion::MotionClip quiet = drive_speech(speech.gain(0.05F));
    REQUIRE(loud.frames.size() == quiet.frames.size());
    float difference = 0.0F;
    for (std::size_t i = 0; i < loud.frames.size(); ++i) {
        for (int k = 0; k < vasa::head::kNumActions; ++k) {
            difference = std::max(
                difference,
                std::abs(loud.frames[i].actions.values[k] - quiet.frames[i].actions.values[k]));
        }
    }
    CHECK(difference < 0.05F);
}

TEST_CASE("mouth trajectories are smooth") {
    SyntheticSpeech speech(15);
    speech.silence(0.3).babble(30.0);
    const motion::MotionClip clip = drive_speech(speech);
    std::vector<float> jerks;
    const std::vector<float> jaw = values(clip, Action::JawOpen);
    for (std::size_t i = 3; i < jaw.size(); ++i) {
        jerks.push_back(std::abs(jaw[i] - 3.0F * jaw[i - 1] + 3.0F * jaw[i - 2] - jaw[i - 3]));
    }
    std::sort(jerks.begin(), jerks.end());
    CHECK(jerks[jerks.size() / 2] < 0.2F);
    CHECK(jerks.back() < 1.2F);
    // At 100 Hz nothing jumps: every movement takes at least about 30 ms.
    const motion::MotionClip fine = drive_speech(speech, 1, {100, 1});
    for (const Action action : kMouth) {
        const std::vector<float> track = values(fine, action);
        INFO(vasa::head::action_name(action));
        for (std::size_t i = 1; i < track.size(); ++i) {
            REQUIRE(std::abs(track[i] - track[i - 1]) < 0.12F);
        }
    }
}

TEST_CASE("a seed means the same motion, another seed another one with the same lips") {
    SyntheticSpeech speech(16);
    speech.babble(8.0);
    const motion::MotionClip a = drive_speech(speech, 7);
    const motion::MotionClip b = drive_speech(speech, 7);
    const motion::MotionClip c = drive_speech(speech, 8);
    float head_difference = 0.0F;
    for (std::size_t i = 0; i < a.frames.size(); ++i) {
        REQUIRE(a.frames[i].actions.values == b.frames[i].actions.values);
        REQUIRE(a.frames[i].pose.yaw_rad == b.frames[i].pose.yaw_rad);
        REQUIRE(a.frames[i].actions[Action::JawOpen] == c.frames[i].actions[Action::JawOpen]);
        head_difference = std::max(head_difference,
                                   std::abs(a.frames[i].pose.yaw_rad - c.frames[i].pose.yaw_rad));
    }
    CHECK(head_difference > 0.01F);
    CHECK(a.metadata.at("driver") == "rules");
    CHECK(a.metadata.at("seed") == "7");
}

TEST_CASE("the motion does not depend on the frame rate") {
    SyntheticSpeech speech(17);
    speech.babble(10.01);
    const motion::MotionClip a = drive_speech(speech, 1, k25);
    const motion::MotionClip b = drive_speech(speech, 1, {30000, 1001});
    CHECK(a.frames.size() == 251);
    CHECK(b.frames.size() == 300);
    const motion::MotionClip c = drive_speech(speech, 1, {100, 1});
    for (std::size_t i = 0; i < a.frames.size(); ++i) {
        REQUIRE(a.frames[i].actions[Action::JawOpen] ==
                Approx(c.frames[4 * i].actions[Action::JawOpen]).margin(1e-5));
        REQUIRE(a.frames[i].pose.yaw_rad == Approx(c.frames[4 * i].pose.yaw_rad).margin(1e-5));
    }
    for (std::size_t i = 0; i < b.frames.size(); ++i) {
        const double position = static_cast<double>(i) * 1001.0 / 30000.0 * 100.0;
        const auto k = static_cast<std::size_t>(position);
        if (k + 1 < c.frames.size()) {
            const float low = std::min(c.frames[k].actions[Action::JawOpen],
                                       c.frames[k + 1].actions[Action::JawOpen]);
            const float high = std::max(c.frames[k].actions[Action::JawOpen],
                                        c.frames[k + 1].actions[Action::JawOpen]);
            REQUIRE(b.frames[i].actions[Action::JawOpen] >= low - 1e-4F);
            REQUIRE(b.frames[i].actions[Action::JawOpen] <= high + 1e-4F);
        }
    }
}

TEST_CASE("all values are within the range of actions at any strength") {
    SyntheticSpeech speech(18);
    speech.babble(20.0);
    RulesDriverOptions options;
    options.amplitude = 3.0F;
    options.head_motion = 3.0F;
    options.blink_rate_per_min = 60.0F;
    for (const motion::MotionFrame& frame : drive_by_rules(speech.samples(), k25, options).frames) {
        for (const float value : frame.actions.values) {
            REQUIRE(value >= 0.0F);
            REQUIRE(value <= 1.0F);
        }
    }
    options.amplitude = 0.0F;
    options.head_motion = 0.0F;
    for (const motion::MotionFrame& frame : drive_by_rules(speech.samples(), k25, options).frames) {
        REQUIRE(frame.actions[Action::JawOpen] == 0.0F);
        REQUIRE(frame.pose.yaw_rad == 0.0F);
        REQUIRE(frame.pose.y_cm == 0.0F);
    }
}

TEST_CASE("clips of any length have ceil(duration x fps) frames") {
    CHECK(drive_speech(SyntheticSpeech(19)).frames.empty());
    for (const std::size_t num : {1, 159, 160, 161, 639, 640, 641, 16000}) {
        const std::vector<float> speech(num, 0.1F);
        const motion::MotionClip clip = drive_by_rules(speech, k25, {});
        CHECK(clip.frames.size() == (num * 25 + 15999) / 16000);
    }
}

TEST_CASE("bad options and samples are refused") {
    using vasa::core::Error;
    const std::vector<float> speech(1000, 0.0F);
    RulesDriverOptions options;
    options.amplitude = -0.1F;
    CHECK_THROWS_AS(drive_by_rules(speech, k25, options), Error);
    options.amplitude = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_AS(drive_by_rules(speech, k25, options), Error);
    options = {};
    options.blink_rate_per_min = 61.0F;
    CHECK_THROWS_AS(drive_by_rules(speech, k25, options), Error);
    CHECK_THROWS_AS(drive_by_rules(speech, {0, 1}, {}), Error);
    std::vector<float> broken(1000, 0.0F);
    broken[500] = std::numeric_limits<float>::infinity();
    CHECK_THROWS_AS(drive_by_rules(broken, k25, {}), Error);
}

}  // namespace
