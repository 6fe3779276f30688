// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/motion_track.h"

#include "vasa/core/error.h"

#include <cstddef>
#include <string>
#include <utility>

namespace vasa::drive {

void MotionTrack::begin(Source source, std::int64_t num_frames) {
    source_ = std::move(source);
    num_frames_ = num_frames;
    frames_.clear();
}

void MotionTrack::take_pose_from(motion::MotionClip clip) {
    pose_ = std::move(clip);
}

void MotionTrack::take_actions_from(motion::MotionClip clip) {
    actions_ = std::move(clip);
}

motion::MotionFrame MotionTrack::at(std::int64_t index) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto place = static_cast<std::size_t>(index);
    while (index < num_frames_ && place >= frames_.size()) {
        const std::vector<motion::MotionFrame> more = source_();
        if (more.empty()) {
            break;
        }
        frames_.insert(frames_.end(), more.begin(), more.end());
    }
    if (index < 0 || index >= num_frames_ || place >= frames_.size()) {
        throw core::Error(
            core::ErrorKind::Internal,
            "motion has no frame " + std::to_string(index) + " of " + std::to_string(num_frames_));
    }
    motion::MotionFrame frame = frames_[place];
    if (pose_) {
        frame.pose = pose_->frames.at(place).pose;
    }
    if (actions_) {
        frame.actions = actions_->frames.at(place).actions;
        frame.tongue = actions_->frames.at(place).tongue;
    }
    return frame;
}

}  // namespace vasa::drive
