// SPDX-License-Identifier: Apache-2.0
#include "finish/motion_finish.h"

#include "driver_support.h"

#include "vasa/motion/controlled_motion.h"

#include "support/catch.h"

namespace {

using namespace vasa;
using namespace vasa::drive;
using namespace vasa::test;

/// A still face whose lids twitch at the given rate.
motion::MotionClip twitching(double rate_per_min, double duration_s) {
    motion::MotionClip clip;
    clip.frames.resize(static_cast<std::size_t>(duration_s * 25.0));
    for (double time_s = 1.0; rate_per_min > 0.0 && time_s < duration_s - 1.0;
         time_s += 60.0 / rate_per_min) {
        clip.frames[static_cast<std::size_t>(time_s * 25.0)].actions[Action::EyeBlinkLeft] = 0.6F;
        clip.frames[static_cast<std::size_t>(time_s * 25.0)].actions[Action::EyeBlinkRight] = 0.6F;
    }
    return clip;
}

/// Counts the blinks that close the eyes fully.
int count_complete(const motion::MotionClip& clip) {
    int count = 0;
    for (std::size_t i = 1; i < clip.frames.size(); ++i) {
        const auto shut = [&](std::size_t k) {
            return clip.frames[k].actions[Action::EyeBlinkLeft] > 0.99F;
        };
        count += shut(i) && !shut(i - 1) ? 1 : 0;
    }
    return count;
}

motion::MotionClip finished(const motion::MotionClip& clip,
                            const motion::Controls& controls,
                            std::uint64_t seed,
                            const MotionFinishParams& params = {}) {
    motion::MotionClip result;
    result.frames = MotionFinisher(controls, seed, params).add(clip.frames, true);
    return result;
}

TEST_CASE("blinks are completed and come at the rate asked for", "[motion]") {
    for (const double made : {0.0, 9.0, 20.0, 35.0}) {
        for (const float asked : {0.0F, 10.0F, 20.0F, 40.0F}) {
            INFO("made " << made << ", asked " << asked);
            motion::Controls controls;
            controls.set("blink_rate", motion::ControlCurve(asked));
            const motion::MotionClip clip = finished(twitching(made, 1200.0), controls, 5);
            CHECK(count_complete(clip) / 20.0 ==
                  Approx(static_cast<double>(asked)).epsilon(0.15).margin(0.3));
        }
    }
}

TEST_CASE("motion finished in pieces is the same, two and a half seconds behind at most",
          "[motion]") {
    motion::MotionClip clip = twitching(25.0, 60.0);
    for (std::size_t i = 0; i < clip.frames.size(); ++i) {
        const auto phase = static_cast<float>(i);
        clip.frames[i].pose.yaw_rad = 0.1F + 0.1F * std::sin(0.1F * phase);
        clip.frames[i].actions[Action::JawOpen] = 0.2F + 0.2F * std::sin(0.7F * phase);
        // Eyes kept shut for longer than a blink.
        clip.frames[i].actions[Action::EyeBlinkLeft] += i >= 600 && i < 660 ? 0.9F : 0.0F;
        clip.frames[i].actions[Action::EyeBlinkRight] += i >= 600 && i < 660 ? 0.9F : 0.0F;
    }
    const motion::MotionClip whole = finished(clip, motion::Controls(), 3);
    REQUIRE(whole.frames.size() == clip.frames.size());
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{50}}) {
        MotionFinisher finisher(motion::Controls(), 3);
        std::vector<motion::MotionFrame> frames;
        for (std::size_t first = 0; first < clip.frames.size(); first += piece) {
            const std::size_t end = std::min(first + piece, clip.frames.size());
            const std::vector<motion::MotionFrame> more =
                finisher.add({clip.frames.begin() + static_cast<std::ptrdiff_t>(first),
                              clip.frames.begin() + static_cast<std::ptrdiff_t>(end)},
                             end == clip.frames.size());
            frames.insert(frames.end(), more.begin(), more.end());
            REQUIRE(frames.size() + 60 >= end);
        }
        REQUIRE(frames.size() == whole.frames.size());
        for (std::size_t i = 0; i < frames.size(); ++i) {
            INFO("pieces of " << piece << ", frame " << i);
            REQUIRE(frames[i].pose.yaw_rad == whole.frames[i].pose.yaw_rad);
            for (int k = 0; k < vasa::head::kNumActions; ++k) {
                REQUIRE(frames[i].actions.values[k] ==
                        Approx(whole.frames[i].actions.values[k]).margin(1e-5));
            }
        }
    }
}

TEST_CASE("finished motion begins in the portrait's pose", "[motion]") {
    motion::MotionClip clip = twitching(0.0, 4.0);
    for (motion::MotionFrame& frame : clip.frames) {
        frame.pose.yaw_rad = 0.3F;
        frame.pose.z_cm = -5.0F;
    }
    clip = finished(clip, motion::Controls(), 1);
    CHECK(clip.frames.front().pose.yaw_rad == 0.0F);
    CHECK(clip.frames.front().pose.z_cm == 0.0F);
    CHECK(clip.frames.back().pose.yaw_rad == Approx(1.25F * 0.3F));
    for (std::size_t i = 1; i < clip.frames.size(); ++i) {
        CHECK(std::abs(clip.frames[i].pose.yaw_rad - clip.frames[i - 1].pose.yaw_rad) < 0.03F);
    }
}

TEST_CASE("the eyes keep their target when the head's motion is changed", "[motion]") {
    motion::MotionClip clip = twitching(0.0, 8.0);
    for (std::size_t i = 0; i < clip.frames.size(); ++i) {
        motion::MotionFrame& frame = clip.frames[i];
        frame.pose.yaw_rad = 0.1F * std::sin(0.05F * static_cast<float>(i));
        const head::Gaze gaze = {-0.8F * frame.pose.yaw_rad, 0.0F};
        head::set_gaze(frame.actions, gaze, gaze);
    }
    clip = finished(clip, motion::Controls(), 1);
    float widest = 0;
    for (const motion::MotionFrame& frame : clip.frames) {
        widest = std::max(widest, std::abs(frame.pose.yaw_rad));
        CHECK(head::left_gaze(frame.actions).yaw_rad ==
              Approx(-0.8F * frame.pose.yaw_rad).margin(1e-3));
    }
    CHECK(widest > 0.11F);  // other than sampled
}

TEST_CASE("the head keeps the distance asked for, and moves less in depth of its own", "[motion]") {
    motion::MotionClip clip = twitching(0.0, 8.0);
    for (motion::MotionFrame& frame : clip.frames) {
        frame.pose.z_cm = -12.0F - 2.0F;  // 12 cm asked for, 2 cm of its own
    }
    clip.frames.front().pose = {};
    motion::Controls controls;
    controls.set("distance", motion::ControlCurve(1.2F));
    CHECK(finished(clip, controls, 1).frames.back().pose.z_cm == Approx(-13.0F).margin(0.1));
    MotionFinishParams spoiled;
    spoiled.rhythm.depth = 1.0F;
    CHECK(finished(clip, controls, 1, spoiled).frames.back().pose.z_cm < -14.0F);
}

TEST_CASE("amplitudes scale mouth and head, around the distance asked for", "[motion]") {
    motion::MotionClip clip = twitching(0.0, 1.0);
    for (motion::MotionFrame& frame : clip.frames) {
        frame.pose.yaw_rad = 0.1F;
        frame.pose.z_cm = -11.0F;
        frame.actions[Action::JawOpen] = 0.4F;
        frame.actions[Action::BrowInnerUp] = 0.4F;
    }
    motion::Controls controls;
    controls.set("distance", motion::ControlCurve(1.2F));
    controls.set("amplitude", motion::ControlCurve({{0.0, 1.0F}, {0.96, 2.0F}}));
    controls.set("head_motion", motion::ControlCurve(2.0F));
    for (std::size_t i = 0; i < clip.frames.size(); ++i) {
        motion::scale_amplitudes(clip.frames[i],
                                 controls.at(static_cast<double>(i) / clip.fps.value()));
    }
    CHECK(clip.frames[0].actions[Action::JawOpen] == Approx(0.4F));
    CHECK(clip.frames[24].actions[Action::JawOpen] == Approx(0.8F));
    CHECK(clip.frames[24].actions[Action::BrowInnerUp] == Approx(0.4F));
    CHECK(clip.frames[0].pose.yaw_rad == Approx(0.2F));
    CHECK(clip.frames[0].pose.z_cm == Approx(-10.0F));  // 1 cm in front of -12, doubled
}

TEST_CASE("the control of expressions scales brows, eyes and cheeks and nothing else", "[motion]") {
    motion::MotionClip clip = twitching(0.0, 2.0);
    for (motion::MotionFrame& frame : clip.frames) {
        frame.actions[Action::BrowInnerUp] = 0.2F;
        frame.actions[Action::CheekSquintLeft] = 0.6F;
        frame.actions[Action::JawOpen] = 0.3F;
        frame.actions[Action::EyeBlinkLeft] = frame.actions[Action::EyeBlinkRight] = 0.1F;
        head::set_gaze(frame.actions, {0.1F, 0.0F}, {0.1F, 0.0F});
    }
    motion::Controls controls;
    controls.set("blink_rate", motion::ControlCurve(0.0F));
    const head::Actions usual = finished(clip, controls, 1).frames.back().actions;
    controls.set("expression", motion::ControlCurve(2.0F));
    const head::Actions strong = finished(clip, controls, 1).frames.back().actions;
    CHECK(usual[Action::BrowInnerUp] == Approx(0.4F));  // sampled brows are too low
    CHECK(strong[Action::BrowInnerUp] == Approx(0.8F));
    CHECK(strong[Action::CheekSquintLeft] == 1.0F);
    for (const Action same : {Action::JawOpen, Action::EyeBlinkLeft, Action::EyeLookInRight}) {
        CHECK(strong[same] == usual[same]);
    }
}

TEST_CASE("the constants of blinks shut the eyes, keep blinks apart and clear what is dropped",
          "[motion]") {
    motion::Controls controls;
    controls.set("blink_rate", motion::ControlCurve(40.0F));
    const auto rate = [&](const MotionFinishParams& params) {
        return count_complete(finished(twitching(9.0, 1200.0), controls, 5, params)) / 20.0;
    };
    MotionFinishParams spoiled;
    spoiled.blinks.shut_s = 0.0;
    CHECK(rate({}) == Approx(40.0).epsilon(0.15));
    CHECK(rate(spoiled) < 0.85 * 40.0);

    const auto min_gap_s = [&](const MotionFinishParams& params) {
        const motion::MotionClip clip = finished(twitching(0.0, 1200.0), controls, 5, params);
        double lowest_s = 1e9;
        std::size_t last = 0;
        for (std::size_t i = 1; i < clip.frames.size(); ++i) {
            const auto lid = [&](std::size_t k) {
                return clip.frames[k].actions[Action::EyeBlinkLeft];
            };
            if (lid(i) > 0.99F && lid(i - 1) <= 0.99F) {
                lowest_s =
                    last > 0 ? std::min(lowest_s, static_cast<double>(i - last) / 25.0) : lowest_s;
                last = i;
            }
        }
        return lowest_s;
    };
    spoiled = {};
    spoiled.blinks.min_gap_s = 0.1;
    CHECK(min_gap_s({}) > 0.29);
    CHECK(min_gap_s(spoiled) < 0.29);

    controls.set("blink_rate", motion::ControlCurve(0.0F));
    const auto highest_lid = [&](const MotionFinishParams& params) {
        return largest(
            finished(twitching(20.0, 60.0), controls, 5, params), Action::EyeBlinkLeft, 0.0, 60.0);
    };
    spoiled = {};
    spoiled.blinks.level = 0.7F;
    CHECK(highest_lid({}) < 0.2F);
    CHECK(highest_lid(spoiled) > 0.5F);
}

TEST_CASE("the head leaves the portrait's pose slowly", "[motion]") {
    motion::MotionClip clip = twitching(0.0, 4.0);
    for (motion::MotionFrame& frame : clip.frames) {
        frame.pose.yaw_rad = 0.3F;
    }
    const auto fastest = [&](const MotionFinishParams& params) {
        const motion::MotionClip result = finished(clip, motion::Controls(), 1, params);
        float step = 0;
        for (std::size_t i = 1; i < result.frames.size(); ++i) {
            step = std::max(
                step, std::abs(result.frames[i].pose.yaw_rad - result.frames[i - 1].pose.yaw_rad));
        }
        return step;
    };
    MotionFinishParams spoiled;
    spoiled.start_s = 0.1F;
    CHECK(fastest({}) < 0.03F);
    CHECK(fastest(spoiled) > 0.03F);
}

}  // namespace
