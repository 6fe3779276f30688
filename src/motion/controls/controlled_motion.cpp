// SPDX-License-Identifier: Apache-2.0
#include "vasa/motion/controlled_motion.h"

#include "vasa/core/filters.h"
#include "vasa/head/action_groups.h"

#include <algorithm>
#include <cstddef>

namespace vasa::motion {
namespace {

constexpr float kEaseIn_s = 0.5F;

head::Gaze turned(head::Gaze gaze, head::Gaze by, float share) {
    return {gaze.yaw_rad + share * by.yaw_rad, gaze.pitch_rad + share * by.pitch_rad};
}

}  // namespace

float asked_depth_cm(const ControlFrame& control) {
    return -(control.distance - 1.0F) * kUsualDistance_cm;
}

void scale_amplitudes(MotionFrame& frame, const ControlFrame& control) {
    const float far_cm = asked_depth_cm(control);
    frame.pose.z_cm -= far_cm;
    frame.pose = head::scaled(frame.pose, control.head_motion);
    frame.pose.z_cm += far_cm;
    for (int k = 0; k < head::kNumActions; ++k) {
        if (head::is_speech_action(static_cast<head::Action>(k))) {
            float& value = frame.actions.values[static_cast<std::size_t>(k)];
            value = std::clamp(value * control.amplitude, 0.0F, 1.0F);
        }
    }
}

void apply_controls(MotionClip& clip, const Controls& controls) {
    for (std::size_t i = 0; i < clip.frames.size(); ++i) {
        const double time_s = static_cast<double>(i) / clip.fps.value();
        const float share = core::smoothstep(0.0F, kEaseIn_s, static_cast<float>(time_s));
        const ControlFrame control = controls.at(time_s);
        MotionFrame& frame = clip.frames[i];
        frame.pose.z_cm += share * asked_depth_cm(control);
        scale_amplitudes(frame, control);
        head::Actions& actions = frame.actions;
        const head::Gaze left = head::left_gaze(actions), right = head::right_gaze(actions);
        head::set_gaze(
            actions, turned(left, control.gaze, share), turned(right, control.gaze, share));
    }
}

}  // namespace vasa::motion
