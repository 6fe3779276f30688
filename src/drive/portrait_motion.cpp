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

/// Whether the action parts the lips.
bool is_lip_opening(Action action) {
    return action == Action::JawOpen || action == Action::MouthClose ||
           action == Action::MouthFunnel || action == Action::TongueOut ||
           head::is_lip_parting_action(action);
}

float ease(double time_s, float length_s) {
    return core::smoothstep(0.0F, length_s, static_cast<float>(time_s));
}

/// Gaze, relative to the head, that meets the camera.
head::Gaze camera_gaze(const head::Pose& pose, float limit_rad) {
    const Eigen::Vector3d position = head::position_cm(pose);
    if (position.norm() < 1.0) {
        return {};
    }
    const Eigen::Vector3d to_camera =
        head::rotation_from_pose(pose).transpose() * (-position.normalized());
    const auto limit = [&](double angle) {
        return std::clamp(static_cast<float>(angle), -limit_rad, limit_rad);
    };
    return {limit(std::atan2(to_camera.x(), to_camera.z())),
            limit(std::asin(std::clamp(to_camera.y(), -1.0, 1.0)))};
}

head::Gaze mix_gaze(head::Gaze portrait, head::Gaze camera, float fraction, head::Gaze driver) {
    return {
        portrait.yaw_rad + fraction * (camera.yaw_rad - portrait.yaw_rad) + driver.yaw_rad,
        portrait.pitch_rad + fraction * (camera.pitch_rad - portrait.pitch_rad) + driver.pitch_rad};
}

/// @param kept   share of the portrait's expression that is left
/// @param faded  how far what does not stay has faded, 0..1
float mix_action(Action action, float portrait, float driver, float kept, float faded) {
    if (head::is_blink_action(action)) {
        portrait *= 1.0F - faded;
        return portrait + (1.0F - portrait) * driver;
    }
    portrait *= is_lip_opening(action) ? 1.0F - faded : kept;
    return std::clamp(portrait + driver, 0.0F, 1.0F);
}

}  // namespace

motion::MotionFrame put_on_portrait(const motion::MotionFrame& driver,
                                    std::int64_t index,
                                    const core::Rational& fps,
                                    const motion::MotionFrame& portrait,
                                    float keep_expression,
                                    const PortraitMotionParams& params) {
    if (index == 0) {
        return portrait;
    }
    const double time_s = static_cast<double>(index) / fps.value();
    const float driven = std::min(static_cast<float>(time_s) / params.driver_ease_s, 1.0F);
    const float faded = ease(time_s, params.fade_s);
    const float kept = 1.0F - (1.0F - keep_expression) * faded;
    motion::MotionFrame frame = driver;
    frame.pose = head::offset(portrait.pose, driver.pose, driven);
    for (float head::Tongue::*member : head::kTongueMembers) {
        frame.tongue.*member = driven * driver.tongue.*member;
    }
    for (int k = 0; k < head::kNumActions; ++k) {
        frame.actions.values[k] = mix_action(static_cast<Action>(k),
                                             portrait.actions.values[k],
                                             driven * driver.actions.values[k],
                                             kept,
                                             faded);
    }
    const head::Gaze camera = camera_gaze(portrait.pose, params.max_camera_gaze_rad);
    const float fraction = params.gaze_to_camera * ease(time_s, params.gaze_s);
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
