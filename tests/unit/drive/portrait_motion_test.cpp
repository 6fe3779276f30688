// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/portrait_motion.h"

#include "vasa/core/error.h"

#include <cmath>

#include "support/catch.h"

using namespace vasa;
using head::Action;

namespace {

motion::MotionFrame smiling_portrait() {
    motion::MotionFrame frame;
    frame.pose.yaw_rad = 0.2F;
    frame.pose.pitch_rad = -0.1F;
    frame.pose.x_cm = 1.0F;
    frame.pose.z_cm = -120.0F;
    frame.actions[Action::MouthSmileLeft] = 0.8F;
    frame.actions[Action::JawOpen] = 0.3F;
    frame.actions[Action::BrowInnerUp] = 0.4F;
    frame.actions[Action::EyeBlinkLeft] = 0.2F;
    head::set_gaze(frame.actions, {0.1F, 0.05F}, {0.12F, 0.05F});
    return frame;
}

motion::MotionClip put_all_on_portrait(motion::MotionClip clip,
                                       const motion::MotionFrame& portrait) {
    for (std::size_t i = 0; i < clip.frames.size(); ++i) {
        clip.frames[i] = drive::put_on_portrait(
            clip.frames[i], static_cast<std::int64_t>(i), clip.fps, portrait);
    }
    return clip;
}

motion::MotionClip still_driver(int num_frames) {
    motion::MotionClip clip;
    clip.frames.resize(static_cast<std::size_t>(num_frames));
    return clip;
}

}  // namespace

TEST_CASE("the first frame is the portrait, whatever the driver does") {
    motion::MotionClip driver = still_driver(3);
    for (motion::MotionFrame& frame : driver.frames) {
        frame.pose.yaw_rad = 0.3F;
        frame.actions.values.fill(1.0F);
    }
    const motion::MotionFrame portrait = smiling_portrait();
    const motion::MotionClip clip = put_all_on_portrait(driver, portrait);
    CHECK(clip.frames[0].pose.yaw_rad == portrait.pose.yaw_rad);
    CHECK(clip.frames[0].actions.values == portrait.actions.values);
}

TEST_CASE("an open mouth closes, a smile fades to 30 %, brows stay") {
    const motion::MotionClip clip = put_all_on_portrait(still_driver(50), smiling_portrait());
    for (std::size_t i = 1; i < clip.frames.size(); ++i) {
        const head::Actions& before = clip.frames[i - 1].actions;
        const head::Actions& now = clip.frames[i].actions;
        CHECK(now[Action::MouthSmileLeft] <= before[Action::MouthSmileLeft]);
        CHECK(now[Action::JawOpen] <= before[Action::JawOpen]);
        // Eased: no visible jump (0.8 in 0.4 s, at most 1.5 × the mean speed).
        CHECK(before[Action::MouthSmileLeft] - now[Action::MouthSmileLeft] < 0.1F);
        CHECK(now[Action::BrowInnerUp] == 0.4F);
    }
    const head::Actions& late = clip.frames[20].actions;
    CHECK(late[Action::MouthSmileLeft] == Approx(0.24F));
    CHECK(late[Action::JawOpen] == 0.0F);
    CHECK(late[Action::EyeBlinkLeft] == 0.2F);
}

TEST_CASE("driver actions are added within [0, 1], blinks close from where the lids are") {
    motion::MotionClip driver = still_driver(30);
    for (motion::MotionFrame& frame : driver.frames) {
        frame.actions[Action::MouthSmileLeft] = 0.9F;
        frame.actions[Action::JawOpen] = 0.5F;
        frame.actions[Action::EyeBlinkLeft] = 0.5F;
        frame.actions[Action::EyeBlinkRight] = 1.0F;
    }
    const head::Actions late = put_all_on_portrait(driver, smiling_portrait()).frames[29].actions;
    CHECK(late[Action::MouthSmileLeft] == 1.0F);
    CHECK(late[Action::JawOpen] == Approx(0.5F));
    CHECK(late[Action::EyeBlinkLeft] == Approx(0.6F));
    CHECK(late[Action::EyeBlinkRight] == 1.0F);
}

TEST_CASE("pose deltas are added to the portrait's pose") {
    motion::MotionClip driver = still_driver(5);
    driver.frames[4].pose.yaw_rad = -0.05F;
    driver.frames[4].pose.z_cm = 2.0F;
    const head::Pose pose = put_all_on_portrait(driver, smiling_portrait()).frames[4].pose;
    CHECK(pose.yaw_rad == Approx(0.15F));
    CHECK(pose.pitch_rad == Approx(-0.1F));
    CHECK(pose.x_cm == Approx(1.0F));
    CHECK(pose.z_cm == Approx(-118.0F));
}

TEST_CASE("the gaze comes nearer to the camera") {
    motion::MotionFrame portrait = smiling_portrait();
    const motion::MotionClip clip = put_all_on_portrait(still_driver(40), portrait);
    // Angle between an eye's gaze and the direction to the camera, in camera space.
    const auto error_of = [](const motion::MotionFrame& frame) {
        const head::Gaze gaze = head::left_gaze(frame.actions);
        const Eigen::Vector3d look(std::sin(gaze.yaw_rad) * std::cos(gaze.pitch_rad),
                                   std::sin(gaze.pitch_rad),
                                   std::cos(gaze.yaw_rad) * std::cos(gaze.pitch_rad));
        const Eigen::Vector3d to_camera =
            -Eigen::Vector3d(frame.pose.x_cm, frame.pose.y_cm, frame.pose.z_cm).normalized();
        return std::acos((head::rotation_from_pose(frame.pose) * look).dot(to_camera));
    };
    CHECK(error_of(clip.frames[0]) > 0.25);
    CHECK(error_of(clip.frames[39]) < 0.35 * error_of(clip.frames[0]));
    for (std::size_t i = 1; i < clip.frames.size(); ++i) {
        CHECK(error_of(clip.frames[i]) <= error_of(clip.frames[i - 1]) + 1e-5);
    }
}

TEST_CASE("a motion file is fitted to length and rate") {
    motion::MotionClip file = still_driver(26);  // 1.04 s, last moment at 1 s
    for (std::size_t i = 0; i < file.frames.size(); ++i) {
        file.frames[i].pose.yaw_rad = 0.01F * static_cast<float>(i);
    }
    const motion::MotionFrame portrait = smiling_portrait();
    const core::Rational fps{50, 1};
    std::vector<std::string> warnings;
    const auto yaw_at = [&](const motion::MotionClip& clip, std::size_t i) {
        return clip.frames[i].pose.yaw_rad - portrait.pose.yaw_rad;
    };

    motion::RetargetOptions options;
    motion::MotionClip clip = drive::fit_motion_file(file, portrait, fps, 51, options, warnings);
    CHECK(warnings.empty());
    REQUIRE(clip.frames.size() == 51);
    CHECK(yaw_at(clip, 50) == Approx(0.25F).margin(0.01));
    CHECK(yaw_at(clip, 25) == Approx(0.125F).margin(0.01));

    clip = drive::fit_motion_file(file, portrait, fps, 101, options, warnings);
    CHECK(warnings.size() == 1);
    REQUIRE(clip.frames.size() == 101);
    CHECK(yaw_at(clip, 100) == Approx(0.25F).margin(0.01));

    options.loop = true;
    clip = drive::fit_motion_file(file, portrait, fps, 101, options, warnings);
    CHECK(warnings.size() == 1);
    CHECK(yaw_at(clip, 75) == Approx(0.125F).margin(0.01));
    CHECK(yaw_at(clip, 100) == Approx(0.0F).margin(0.01));

    CHECK_THROWS_AS(drive::fit_motion_file({}, portrait, fps, 10, options, warnings), core::Error);
}
