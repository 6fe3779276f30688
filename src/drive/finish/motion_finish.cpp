// SPDX-License-Identifier: Apache-2.0
#include "finish/motion_finish.h"

#include "vasa/core/filters.h"
#include "vasa/drive/expression.h"
#include "vasa/drive/posture.h"
#include "vasa/motion/controlled_motion.h"

#include <algorithm>
#include <utility>

namespace vasa::drive {
namespace {

/// The head leaves the portrait's pose over this time.
constexpr float kStart_s = 1.0F;

/// Takes away the clip's first pose, fading out.
void start_from_portrait(const head::Pose& first, double time_s, head::Pose& pose) {
    const float share = 1.0F - core::smoothstep(0.0F, kStart_s, static_cast<float>(time_s));
    pose.yaw_rad -= share * first.yaw_rad;
    pose.pitch_rad -= share * first.pitch_rad;
    pose.roll_rad -= share * first.roll_rad;
    pose.x_cm -= share * first.x_cm;
    pose.y_cm -= share * first.y_cm;
    pose.z_cm -= share * first.z_cm;
}

}  // namespace

MotionFinisher::MotionFinisher(motion::Controls controls, std::uint64_t seed)
    : controls_(std::move(controls)), seed_(seed), blinks_(controls_, seed) {}

std::vector<motion::MotionFrame> MotionFinisher::add(const std::vector<motion::MotionFrame>& frames,
                                                     bool is_last) {
    const double fps = clip_.fps.value();
    for (motion::MotionFrame frame : frames) {
        const double time_s = static_cast<double>(clip_.frames.size()) / fps;
        motion::scale_amplitudes(frame, controls_.at(time_s));
        if (clip_.frames.empty()) {
            first_pose_ = frame.pose;
        }
        start_from_portrait(first_pose_, time_s, frame.pose);
        clip_.frames.push_back(frame);
    }
    const std::size_t count = clip_.frames.size();
    const std::size_t behind = is_last ? 0 : std::min(count, reach_of_expression(clip_.fps));
    const std::size_t end = std::max(count - behind, num_expressed_);
    add_expression(clip_, num_expressed_, end, controls_, seed_);
    add_posture(clip_, num_expressed_, end, controls_, seed_);
    num_expressed_ = end;
    blinks_.extend(clip_, is_last);
    std::vector<motion::MotionFrame> finished;
    for (; num_finished_ < num_expressed_; ++num_finished_) {
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
