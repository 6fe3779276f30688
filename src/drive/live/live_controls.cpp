// SPDX-License-Identifier: Apache-2.0
#include "live/live_controls.h"

#include "finish/motion_finish.h"

#include "vasa/head/action_groups.h"
#include "vasa/motion/controlled_motion.h"
#include "vasa/motion/emotional_motion.h"

#include <algorithm>
#include <cmath>

namespace vasa::drive {
namespace {

/// Time after the start at which add_emotion() has long eased in.
constexpr double kLongAgo_s = 1e3;

void scale_mouth(float share, motion::MotionFrame& frame) {
    for (int k = 0; k < head::kNumActions; ++k) {
        if (head::is_speech_action(static_cast<head::Action>(k))) {
            frame.actions.values[static_cast<std::size_t>(k)] *= share;
        }
    }
    for (float head::Tongue::*member : head::kTongueMembers) {
        frame.tongue.*member *= share;
    }
}

}  // namespace

LiveControls::LiveControls(const motion::ControlFrame& first,
                           double frame_s,
                           const LiveControlParams& params)
    : frame_s_(frame_s), params_(params), wanted_(first), shown_(first) {}

void LiveControls::approach_wanted() {
    const auto approach = [&](float& shown, float wanted, double constant_s) {
        shown += static_cast<float>(1.0 - std::exp(-frame_s_ / constant_s)) * (wanted - shown);
    };
    approach(shown_.gaze.yaw_rad, wanted_.gaze.yaw_rad, params_.gaze_s);
    approach(shown_.gaze.pitch_rad, wanted_.gaze.pitch_rad, params_.gaze_s);
    approach(shown_.distance, wanted_.distance, params_.distance_s);
    approach(shown_.amplitude, wanted_.amplitude, params_.amplitude_s);
    approach(shown_.head_motion, wanted_.head_motion, params_.distance_s);
    approach(shown_.expression, wanted_.expression, params_.amplitude_s);
    for (std::size_t k = 0; k < shown_.emotion.size(); ++k) {
        approach(shown_.emotion[k], wanted_.emotion[k], params_.emotion_s);
    }
}

void LiveControls::apply(double time_s, motion::MotionFrame& frame) {
    approach_wanted();
    const bool is_shut = time_s < shut_until_s_;
    const float reopened = static_cast<float>(frame_s_ / params_.reopen_s);
    open_ = std::clamp(open_ + (is_shut ? -params_.shut_per_frame : reopened), 0.0F, 1.0F);
    scale_mouth(open_, frame);
    frame.pose.z_cm += motion::asked_depth_cm(shown_);
    motion::scale_amplitudes(frame, shown_);
    scale_expressions(shown_.expression, 1.0F, frame.actions);
    const auto turned = [&](const head::Gaze& gaze) {
        return head::Gaze{gaze.yaw_rad + shown_.gaze.yaw_rad,
                          gaze.pitch_rad + shown_.gaze.pitch_rad};
    };
    const head::Gaze left = turned(head::left_gaze(frame.actions));
    const head::Gaze right = turned(head::right_gaze(frame.actions));
    head::set_gaze(frame.actions, left, right);
    // Strengths ease in here, not by the time since the start.
    motion::add_emotion(frame, shown_.emotion, kLongAgo_s);
}

}  // namespace vasa::drive
