// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/portrait_motion.h"

#include "vasa/core/error.h"
#include "vasa/core/smoothstep.h"
#include "vasa/head/action_groups.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>

namespace vasa::drive {
namespace {

using head::Action;

constexpr float kMouthShapeKept = 0.3F;
constexpr float kMouthEase_s = 0.4F;
constexpr float kGazeEase_s = 0.8F;
constexpr float kGazeToCamera = 0.7F;
/// Largest turn of the eyes to meet the camera; beyond it, the portrait stays as it is.
constexpr float kMaxCameraGaze_rad = 0.35F;
/// The driver eases in after the first frame, which is the portrait itself.
constexpr float kDriverEase_s = 0.04F;

enum class ActionGroup { LipOpening, MouthShape, Blink, Gaze, Kept };

ActionGroup group_of(Action action) {
    switch (action) {
        case Action::JawOpen:
        case Action::MouthClose:
        case Action::MouthFunnel:
        case Action::MouthLowerDownLeft:
        case Action::MouthLowerDownRight:
        case Action::MouthUpperUpLeft:
        case Action::MouthUpperUpRight:
        case Action::TongueOut:
            return ActionGroup::LipOpening;
        case Action::EyeBlinkLeft:
        case Action::EyeBlinkRight:
            return ActionGroup::Blink;
        case Action::EyeSquintLeft:
        case Action::EyeSquintRight:
        case Action::EyeWideLeft:
        case Action::EyeWideRight:
            return ActionGroup::Kept;
        default:
            break;
    }
    if (action < Action::JawForward) {
        return ActionGroup::Gaze;  // the remaining eye actions
    }
    return head::is_brow_action(action) ? ActionGroup::Kept : ActionGroup::MouthShape;
}

float ease(double time_s, float length_s) {
    return core::smoothstep(0.0F, length_s, static_cast<float>(time_s));
}

/// Gaze, relative to the head, that meets the camera.
head::Gaze camera_gaze(const head::Pose& pose) {
    const Eigen::Vector3d position = head::position_cm(pose);
    if (position.norm() < 1.0) {
        return {};
    }
    const Eigen::Vector3d to_camera =
        head::rotation_from_pose(pose).transpose() * (-position.normalized());
    const auto limit = [](double angle) {
        return std::clamp(static_cast<float>(angle), -kMaxCameraGaze_rad, kMaxCameraGaze_rad);
    };
    return {limit(std::atan2(to_camera.x(), to_camera.z())),
            limit(std::asin(std::clamp(to_camera.y(), -1.0, 1.0)))};
}

head::Gaze mix_gaze(head::Gaze portrait, head::Gaze camera, float fraction, head::Gaze driver) {
    return {
        portrait.yaw_rad + fraction * (camera.yaw_rad - portrait.yaw_rad) + driver.yaw_rad,
        portrait.pitch_rad + fraction * (camera.pitch_rad - portrait.pitch_rad) + driver.pitch_rad};
}

float mix_action(Action action, float portrait, float driver, double time_s) {
    const float faded = ease(time_s, kMouthEase_s);
    switch (group_of(action)) {
        case ActionGroup::LipOpening:
            portrait *= 1.0F - faded;
            break;
        case ActionGroup::MouthShape:
            portrait *= 1.0F - (1.0F - kMouthShapeKept) * faded;
            break;
        case ActionGroup::Blink:
            return portrait + (1.0F - portrait) * driver;
        case ActionGroup::Gaze:
        case ActionGroup::Kept:
            break;
    }
    return std::clamp(portrait + driver, 0.0F, 1.0F);
}

}  // namespace

motion::MotionFrame put_on_portrait(const motion::MotionFrame& driver,
                                    std::int64_t index,
                                    const core::Rational& fps,
                                    const motion::MotionFrame& portrait) {
    if (index == 0) {
        return portrait;
    }
    const double time_s = static_cast<double>(index) / fps.value();
    const float driven = std::min(static_cast<float>(time_s) / kDriverEase_s, 1.0F);
    motion::MotionFrame frame = driver;
    frame.pose = head::offset(portrait.pose, driver.pose, driven);
    for (int k = 0; k < head::kNumActions; ++k) {
        frame.actions.values[k] = mix_action(static_cast<Action>(k),
                                             portrait.actions.values[k],
                                             driven * driver.actions.values[k],
                                             time_s);
    }
    const head::Gaze camera = camera_gaze(portrait.pose);
    const float fraction = kGazeToCamera * ease(time_s, kGazeEase_s);
    const auto mixed = [&](head::Gaze own, head::Gaze gaze) {
        return mix_gaze(own, camera, fraction, {driven * gaze.yaw_rad, driven * gaze.pitch_rad});
    };
    head::set_gaze(frame.actions,
                   mixed(head::left_gaze(portrait.actions), head::left_gaze(driver.actions)),
                   mixed(head::right_gaze(portrait.actions), head::right_gaze(driver.actions)));
    return frame;
}

motion::MotionClip fit_motion_file(const motion::MotionClip& clip,
                                   const motion::MotionFrame& portrait,
                                   const core::Rational& fps,
                                   int num_frames,
                                   const motion::RetargetOptions& options,
                                   std::vector<std::string>& warnings) {
    if (clip.frames.empty()) {
        throw core::Error(core::ErrorKind::Input, "motion: no frames");
    }
    // The clip's own frames at the new rate, up to its last moment, without holding it.
    const double ratio = fps.value() / clip.fps.value();
    const double natural =
        std::floor(static_cast<double>(clip.frames.size() - 1) * ratio + 1e-6) + 1.0;
    const int num_own = static_cast<int>(std::min(natural, static_cast<double>(num_frames)));
    if (num_own < num_frames && !options.loop) {
        char text[160];
        std::snprintf(text,
                      sizeof text,
                      "the motion is %.2f s long, the clip %.2f s: its last frame is held (--loop "
                      "repeats it)",
                      clip.duration_s(),
                      num_frames / fps.value());
        warnings.emplace_back(text);
    }
    const motion::MotionClip relative = motion::retarget_motion(clip, portrait, options);
    const motion::MotionClip own = motion::resample_motion(relative, fps, num_own);
    return motion::extend_motion(own, num_frames, options.loop);
}

}  // namespace vasa::drive
