// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/error.h"
#include "vasa/core/rng.h"
#include "vasa/motion/motion_clip.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "support/catch.h"

namespace {

using namespace vasa;
using namespace vasa::motion;
using vasa::core::Error;
using vasa::core::Rng;
using vasa::head::Action;
using vasa::head::Pose;
using vasa::head::rotation_from_pose;

constexpr float kPi = 3.14159265F;

MotionClip ramp(int num_frames) {
    MotionClip clip;
    for (int i = 0; i < num_frames; ++i) {
        MotionFrame frame;
        frame.actions[Action::JawOpen] = 0.01F * static_cast<float>(i);
        frame.pose.yaw_rad = 0.02F * static_cast<float>(i);
        frame.pose.z_cm = -50.0F - static_cast<float>(i);
        frame.tongue.tip = 0.015F * static_cast<float>(i);
        clip.frames.push_back(frame);
    }
    return clip;
}

TEST_CASE("resampling to the same rate changes nothing") {
    const MotionClip clip = ramp(20);
    const MotionClip same = resample_motion(clip, clip.fps, 25);
    REQUIRE(same.frames.size() == 25);
    for (std::size_t i = 0; i < 25; ++i) {
        const MotionFrame& expected = clip.frames[std::min<std::size_t>(i, 19)];
        CHECK(same.frames[i].actions.values == expected.actions.values);
        CHECK(same.frames[i].pose.z_cm == expected.pose.z_cm);
    }
}

TEST_CASE("resampling keeps a ramp a ramp at any rate") {
    const MotionClip clip = ramp(50);
    for (const vasa::core::Rational fps : {vasa::core::Rational{30000, 1001}, {60, 1}, {24, 1}}) {
        const int num = static_cast<int>(1.8 * fps.value());
        const MotionClip other = resample_motion(clip, fps, num);
        for (int i = 0; i < num; ++i) {
            const double position = i * 25.0 / fps.value();
            if (position < 1.0) {
                continue;  // no frame before the first to give its slope
            }
            CHECK(other.frames[i].actions[Action::JawOpen] == Approx(0.01 * position).margin(1e-5));
            CHECK(other.frames[i].pose.z_cm == Approx(-50.0 - position).margin(1e-4));
            CHECK(other.frames[i].tongue.tip == Approx(0.015 * position).margin(1e-5));
        }
    }
}

TEST_CASE("a frame resampled from the first part of a clip is that of the whole") {
    MotionClip clip;
    for (int i = 0; i < 40; ++i) {
        MotionFrame frame;
        frame.pose.x_cm = std::sin(0.4F * static_cast<float>(i));
        clip.frames.push_back(frame);
    }
    for (const vasa::core::Rational& fps :
         {vasa::core::Rational{25, 1}, {30, 1}, {24, 1}, {30000, 1001}, {60, 1}}) {
        const MotionClip whole = resample_motion(clip, fps, 30);
        for (int i = 0; i < 30; ++i) {
            const std::int64_t count = frames_resampled(clip.fps, fps, i);
            MotionClip part = clip;
            part.frames.resize(static_cast<std::size_t>(std::min<std::int64_t>(count, 40)));
            INFO(vasa::core::to_string(fps) << " frame " << i << " of " << count);
            CHECK(resampled_frame(part, fps, i).pose.x_cm == whole.frames[i].pose.x_cm);
        }
    }
    CHECK(frames_resampled({25, 1}, {25, 1}, 7) == 8);
    CHECK(frames_resampled({25, 1}, {50, 1}, 7) == 6);
}

TEST_CASE("resampled values stay between their neighbours") {
    Rng rng(1);
    MotionClip clip;
    for (int i = 0; i < 40; ++i) {
        MotionFrame frame;
        frame.actions[Action::EyeBlinkLeft] = rng.uniform() < 0.5 ? 0.0F : 1.0F;
        clip.frames.push_back(frame);
    }
    const MotionClip fine = resample_motion(clip, {200, 1}, 300);
    for (std::size_t i = 0; i < fine.frames.size(); ++i) {
        const float a = clip.frames[i / 8].actions[Action::EyeBlinkLeft];
        const float b = clip.frames[i / 8 + 1].actions[Action::EyeBlinkLeft];
        CHECK(fine.frames[i].actions[Action::EyeBlinkLeft] >= std::min(a, b));
        CHECK(fine.frames[i].actions[Action::EyeBlinkLeft] <= std::max(a, b));
    }
}

TEST_CASE("angles are interpolated the short way round") {
    MotionClip clip;
    for (const float yaw : {3.0F, 3.1F, 3.2F - 2.0F * kPi, 3.3F - 2.0F * kPi}) {
        MotionFrame frame;
        frame.pose.yaw_rad = yaw;
        clip.frames.push_back(frame);
    }
    const MotionClip fine = resample_motion(clip, {50, 1}, 7);
    for (int i = 2; i < 5; ++i) {
        const double difference =
            static_cast<double>(fine.frames[i].pose.yaw_rad) - (3.0 + 0.05 * i);
        CHECK(std::cos(difference) == Approx(1.0).margin(1e-5));
    }
}

TEST_CASE("clips without frames cannot be resampled or extended") {
    CHECK_THROWS_AS(resample_motion({}, {25, 1}, 3), Error);
    CHECK_THROWS_AS(extend_motion({}, 3, true), Error);
    CHECK(resample_motion({}, {25, 1}, 0).frames.empty());
}

TEST_CASE("a looped clip goes forwards and backwards without a jump") {
    const MotionClip clip = ramp(10);
    const MotionClip looped = extend_motion(clip, 50, true);
    REQUIRE(looped.frames.size() == 50);
    for (std::size_t i = 1; i < 50; ++i) {
        CHECK(std::abs(looped.frames[i].actions[Action::JawOpen] -
                       looped.frames[i - 1].actions[Action::JawOpen]) == Approx(0.01).margin(1e-5));
    }
    const MotionClip held = extend_motion(clip, 50, false);
    CHECK(held.frames.back().actions[Action::JawOpen] == Approx(0.09F));
    CHECK(extend_motion(clip, 4, true).frames.size() == 4);
    CHECK(extend_motion(ramp(1), 4, true).frames.size() == 4);
}

TEST_CASE("the first frame retargeted stands as the portrait, later ones turn as the clip did") {
    MotionClip clip;
    const Pose poses[] = {{0.3F, -0.1F, 0.2F, 1.0F, 2.0F, -40.0F},
                          {0.5F, 0.2F, -0.1F, 2.0F, 1.0F, -42.0F}};
    for (const Pose& pose : poses) {
        MotionFrame frame;
        frame.pose = pose;
        clip.frames.push_back(frame);
    }
    MotionFrame source;
    source.pose = {-0.2F, 0.1F, 0.05F, -1.0F, 0.5F, -60.0F};
    const MotionClip moved = retarget_motion(clip, source, {});
    CHECK(moved.frames[0].pose.yaw_rad == Approx(source.pose.yaw_rad).margin(1e-6));
    CHECK(moved.frames[0].pose.z_cm == source.pose.z_cm);
    const Eigen::Matrix3d turn =
        rotation_from_pose(poses[1]) * rotation_from_pose(poses[0]).transpose();
    const Eigen::Matrix3d expected = turn * rotation_from_pose(source.pose);
    CHECK((rotation_from_pose(moved.frames[1].pose) - expected).norm() < 1e-6);
    // 60 cm instead of 40 cm from the camera: 1.5 times as far.
    CHECK(moved.frames[1].pose.x_cm == Approx(-1.0F + 1.5F));
    CHECK(moved.frames[1].pose.z_cm == Approx(-60.0F - 3.0F));

    RetargetOptions options;
    options.motion_scale = 0.0F;
    const MotionClip still = retarget_motion(clip, source, options);
    CHECK(still.frames[1].pose.yaw_rad == Approx(source.pose.yaw_rad).margin(1e-6));
    CHECK(still.frames[1].pose.x_cm == source.pose.x_cm);
    options.motion_scale = 0.5F;
    const Eigen::Matrix3d half =
        rotation_from_pose(retarget_motion(clip, source, options).frames[1].pose) *
        rotation_from_pose(source.pose).transpose();
    CHECK((half * half - turn).norm() < 1e-6);
}

TEST_CASE("relative motion retargeted adds to the portrait's pose") {
    MotionClip clip;
    clip.frames.resize(2);
    clip.frames[1].pose.x_cm = 1.0F;
    clip.frames[1].pose.yaw_rad = 0.1F;
    MotionFrame source;
    source.pose.z_cm = -55.0F;
    const MotionClip moved = retarget_motion(clip, source, {});
    CHECK(moved.frames[1].pose.x_cm == 1.0F);
    CHECK(moved.frames[1].pose.z_cm == -55.0F);
    CHECK(moved.frames[1].pose.yaw_rad == Approx(0.1F));
}

TEST_CASE("the clip's rest becomes rest and full stays full") {
    MotionClip clip;
    for (int i = 0; i < 100; ++i) {
        MotionFrame frame;
        frame.actions[Action::MouthSmileLeft] = 0.2F;
        frame.actions[Action::EyeBlinkLeft] = i == 50 ? 1.0F : 0.1F;
        frame.actions[Action::JawOpen] = 0.01F * static_cast<float>(i);
        clip.frames.push_back(frame);
    }
    RetargetOptions options;
    options.motion_scale = 0.5F;
    const MotionClip moved = retarget_motion(clip, {}, options);
    CHECK(moved.frames[10].actions[Action::MouthSmileLeft] == Approx(0.0F).margin(1e-6));
    CHECK(moved.frames[50].actions[Action::EyeBlinkLeft] == 1.0F);
    CHECK(moved.frames[0].actions[Action::JawOpen] == 0.0F);
    CHECK(moved.frames[99].actions[Action::JawOpen] == Approx(0.5F * 0.89F / 0.9F).margin(0.01));
    options.motion_scale = -1.0F;
    CHECK_THROWS_AS(retarget_motion(clip, {}, options), Error);
}

}  // namespace
