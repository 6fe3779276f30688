// SPDX-License-Identifier: Apache-2.0
#include "finish/motion_finish.h"

#include "rules/driver_tracks.h"

#include "vasa/core/smoothstep.h"
#include "vasa/head/action_groups.h"
#include "vasa/motion/controlled_motion.h"

#include <algorithm>
#include <utility>

namespace vasa::drive {

void start_from_portrait(const head::Pose& first, double time_s, float end_s, head::Pose& pose) {
    const float rest = 1.0F - core::smoothstep(0.0F, end_s, static_cast<float>(time_s));
    pose = head::offset(pose, first, -rest);
}

void keep_target(const head::Pose& sampled, motion::MotionFrame& frame) {
    const head::Pose moved = head::offset(frame.pose, sampled, -1.0F);
    const head::Gaze left = counter_rotated(head::left_gaze(frame.actions), moved);
    const head::Gaze right = counter_rotated(head::right_gaze(frame.actions), moved);
    head::set_gaze(frame.actions, left, right);
}

void scale_expressions(float strength, float brow_gain, head::Actions& actions) {
    for (int k = 0; k < head::kNumActions; ++k) {
        const auto action = static_cast<head::Action>(k);
        if (!head::is_speech_action(action) && !head::is_blink_action(action) &&
            !head::is_gaze_action(action)) {
            const float gain = head::is_brow_action(action) ? brow_gain : 1.0F;
            actions[action] = std::clamp(gain * strength * actions[action], 0.0F, 1.0F);
        }
    }
}

MotionFinisher::MotionFinisher(motion::Controls controls,
                               std::uint64_t seed,
                               MotionFinishParams params)
    : params_(params), controls_(std::move(controls)), blinks_(controls_, seed, params_.blinks) {}

std::vector<motion::MotionFrame> MotionFinisher::add(const std::vector<motion::MotionFrame>& frames,
                                                     bool is_last) {
    const double fps = clip_.fps.value();
    for (motion::MotionFrame frame : frames) {
        const motion::ControlFrame control =
            controls_.at(static_cast<double>(sampled_.size()) / fps);
        motion::scale_amplitudes(frame, control);
        scale_expressions(control.expression, params_.brow_gain, frame.actions);
        sampled_.push_back(frame);
    }
    const std::size_t behind = is_last ? 0 : reach_of_head_rhythm(params_.rhythm);
    const std::size_t first = clip_.frames.size();
    const std::size_t end = std::max(sampled_.size() - std::min(sampled_.size(), behind), first);
    const std::vector<head::Pose> poses = heads_in_rhythm(sampled_, first, end, params_.rhythm);
    for (std::size_t i = first; i < end; ++i) {
        const double time_s = static_cast<double>(i) / fps;
        motion::MotionFrame frame = sampled_[i];
        frame.pose = poses[i - first];
        // What is asked for is not the head's own motion.
        const float asked_cm = motion::asked_depth_cm(controls_.at(time_s));
        const float own_cm = frame.pose.z_cm - params_.rhythm.gain * asked_cm;
        frame.pose.z_cm = asked_cm + params_.rhythm.depth * own_cm;
        if (clip_.frames.empty()) {
            first_pose_ = frame.pose;
        }
        start_from_portrait(first_pose_, time_s, params_.start_s, frame.pose);
        keep_target(sampled_[i].pose, frame);
        clip_.frames.push_back(frame);
    }
    blinks_.extend(clip_, is_last);
    std::vector<motion::MotionFrame> finished;
    for (; num_finished_ < clip_.frames.size(); ++num_finished_) {
        const double time_s = static_cast<double>(num_finished_) / fps;
        if (time_s >= blinks_.decided_s()) {
            break;
        }
        finished.push_back(clip_.frames[num_finished_]);
        apply_blinks(blinks_, time_s, finished.back());
    }
    return finished;
}

}  // namespace vasa::drive
