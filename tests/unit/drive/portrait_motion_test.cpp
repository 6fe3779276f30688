// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/portrait_motion.h"

#include "vasa/core/error.h"
#include "vasa/head/action_groups.h"

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

constexpr float kKept = 0.15F;

motion::MotionClip put_all_on_portrait(motion::MotionClip clip,
                                       const motion::MotionFrame& portrait,
                                       float keep_expression = kKept) {
    for (std::size_t i = 0; i < clip.frames.size(); ++i) {
        clip.frames[i] = drive::put_on_portrait(
            clip.frames[i], static_cast<std::int64_t>(i), clip.fps, portrait, keep_expression);
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

TEST_CASE("every expression fades to the share that is kept, and lips and lids to rest") {
    // Different on each action, so also on the two sides of the face.
    motion::MotionFrame portrait;
    for (int k = 0; k < head::kNumActions; ++k) {
        portrait.actions.values[k] = 1.0F - 0.01F * static_cast<float>(k);
    }
    const auto is_at_rest = [](Action action) {
        return head::is_blink_action(action) || head::is_lip_parting_action(action) ||
               action == Action::JawOpen || action == Action::MouthClose ||
               action == Action::MouthFunnel || action == Action::TongueOut;
    };
    for (const core::Rational fps : {core::Rational{25, 1}, core::Rational{60, 1}}) {
        for (const float keep : {0.0F, kKept, 1.0F}) {
            motion::MotionClip driver = still_driver(60);
            driver.fps = fps;
            const motion::MotionClip clip = put_all_on_portrait(driver, portrait, keep);
            const auto num_fading = static_cast<std::size_t>(std::ceil(0.4 * fps.value()));
            for (int k = 0; k < head::kNumActions; ++k) {
                const auto action = static_cast<Action>(k);
                if (head::is_gaze_action(action)) {
                    continue;
                }
                INFO(head::action_name(action) << ", keep " << keep);
                const float own = portrait.actions[action];
                const float left = is_at_rest(action) ? 0.0F : keep * own;
                CHECK(clip.frames[0].actions[action] == own);
                for (std::size_t i = 1; i < clip.frames.size(); ++i) {
                    const float before = clip.frames[i - 1].actions[action];
                    const float now = clip.frames[i].actions[action];
                    CHECK(now <= before);
                    // Eased: no visible jump. At most 1.5 × the mean speed, and rounding.
                    CHECK(before - now <= 1.5F * (own - left) / (0.4F * fps.value()) + 1e-4F);
                    CHECK((i < num_fading || now == Approx(left).margin(1e-6)));
                }
            }
        }
    }
}

TEST_CASE("closed and half-closed eyes open, and blink from there like others") {
    for (const float lids : {1.0F, 0.5F, 0.0F}) {
        motion::MotionFrame portrait;
        portrait.actions[Action::EyeBlinkLeft] = lids;
        portrait.actions[Action::EyeBlinkRight] = 0.3F;
        motion::MotionClip driver = still_driver(20);
        driver.frames[15].actions[Action::EyeBlinkLeft] = 0.4F;
        driver.frames[16].actions[Action::EyeBlinkLeft] = 1.0F;
        const motion::MotionClip clip = put_all_on_portrait(driver, portrait, 1.0F);
        CHECK(clip.frames[0].actions[Action::EyeBlinkLeft] == lids);
        CHECK(clip.frames[14].actions[Action::EyeBlinkLeft] == 0.0F);
        CHECK(clip.frames[14].actions[Action::EyeBlinkRight] == 0.0F);
        CHECK(clip.frames[15].actions[Action::EyeBlinkLeft] == Approx(0.4F));
        CHECK(clip.frames[16].actions[Action::EyeBlinkLeft] == 1.0F);
    }
}

TEST_CASE("a blink while the eyes open never moves the lids past closed") {
    motion::MotionFrame portrait;
    portrait.actions[Action::EyeBlinkLeft] = 0.9F;
    motion::MotionClip driver = still_driver(10);
    for (motion::MotionFrame& frame : driver.frames) {
        frame.actions[Action::EyeBlinkLeft] = 0.8F;
    }
    const motion::MotionClip clip = put_all_on_portrait(driver, portrait);
    for (const motion::MotionFrame& frame : clip.frames) {
        CHECK(frame.actions[Action::EyeBlinkLeft] >= 0.8F);
        CHECK(frame.actions[Action::EyeBlinkLeft] <= 1.0F);
    }
}

TEST_CASE("driver actions are added to what is kept, within [0, 1]") {
    motion::MotionClip driver = still_driver(30);
    for (motion::MotionFrame& frame : driver.frames) {
        frame.actions[Action::MouthSmileLeft] = 0.9F;
        frame.actions[Action::MouthSmileRight] = 0.2F;
        frame.actions[Action::JawOpen] = 0.5F;
        frame.actions[Action::EyeBlinkLeft] = 0.5F;
        frame.actions[Action::EyeBlinkRight] = 1.0F;
    }
    const head::Actions late = put_all_on_portrait(driver, smiling_portrait()).frames[29].actions;
    CHECK(late[Action::MouthSmileLeft] == 1.0F);
    CHECK(late[Action::MouthSmileRight] == Approx(0.2F));
    CHECK(late[Action::JawOpen] == Approx(0.5F));
    CHECK(late[Action::BrowInnerUp] == Approx(kKept * 0.4F));
    CHECK(late[Action::EyeBlinkLeft] == Approx(0.5F));
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

TEST_CASE("a motion file shows the same actions on every face") {
    motion::MotionClip file = still_driver(10);
    for (std::size_t i = 0; i < file.frames.size(); ++i) {
        file.frames[i].actions[Action::BrowInnerUp] = i < 5 ? 0.0F : 0.6F;
        file.frames[i].actions[Action::EyeBlinkLeft] = i == 3 ? 1.0F : 0.0F;
    }
    std::vector<std::string> warnings;
    const auto fitted = [&](const motion::MotionFrame& portrait) {
        return drive::fit_motion_file(file, portrait, file.fps, 10, {}, warnings);
    };
    const motion::MotionClip smiling = fitted(smiling_portrait());
    const motion::MotionClip neutral = fitted({});
    for (std::size_t i = 0; i < file.frames.size(); ++i) {
        CHECK(smiling.frames[i].actions.values == neutral.frames[i].actions.values);
    }
    CHECK(smiling.frames[3].actions[Action::EyeBlinkLeft] == 1.0F);
    CHECK(smiling.frames[9].actions[Action::MouthSmileLeft] == 0.0F);
}
