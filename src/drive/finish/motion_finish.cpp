// SPDX-License-Identifier: Apache-2.0
#include "finish/motion_finish.h"

#include "vasa/core/filters.h"
#include "vasa/motion/controlled_motion.h"

#include <algorithm>
#include <utility>

namespace vasa::drive {
namespace {

/// Subtracts the clip's first pose, fading out until `end_s`.
void start_from_portrait(const head::Pose& first, double time_s, float end_s, head::Pose& pose) {
    const float rest = 1.0F - core::smoothstep(0.0F, end_s, static_cast<float>(time_s));
    pose = head::offset(pose, first, -rest);
}

}  // namespace

MotionFinisher::MotionFinisher(motion::Controls controls,
                               std::uint64_t seed,
                               MotionFinishParams params)
    : params_(params),
      controls_(std::move(controls)),
      seed_(seed),
      blinks_(controls_, seed, params_.blinks) {}

std::vector<motion::MotionFrame> MotionFinisher::add(const std::vector<motion::MotionFrame>& frames,
                                                     bool is_last) {
    const double fps = clip_.fps.value();
    for (motion::MotionFrame frame : frames) {
        const double time_s = static_cast<double>(clip_.frames.size()) / fps;
        motion::scale_amplitudes(frame, controls_.at(time_s));
        if (clip_.frames.empty()) {
            first_pose_ = frame.pose;
        }
        start_from_portrait(first_pose_, time_s, params_.start_s, frame.pose);
        clip_.frames.push_back(frame);
    }
    const std::size_t count = clip_.frames.size();
    const std::size_t reach = reach_of_expression(clip_.fps, params_.expression);
    const std::size_t behind = is_last ? 0 : std::min(count, reach);
    const std::size_t end = std::max(count - behind, num_expressed_);
    add_expression(clip_, num_expressed_, end, controls_, seed_, params_.expression);
    add_posture(clip_, num_expressed_, end, controls_, seed_, params_.posture);
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
