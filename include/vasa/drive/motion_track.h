// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/motion_clip.h"

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

namespace vasa::drive {

/// A clip's motion, made as far as it is asked for. Any thread may ask.
class MotionTrack {
  public:
    /// The frames that come next; none at the end.
    using Source = std::function<std::vector<motion::MotionFrame>()>;

    /// No frames.
    MotionTrack() = default;

    /// @param source  called until it has given `num_frames`, by whoever needs the frame
    void begin(Source source, std::int64_t num_frames);
    /// Replaces a part of every frame by another clip's, which is as long.
    void take_pose_from(motion::MotionClip clip);
    void take_actions_from(motion::MotionClip clip);

    std::int64_t num_frames() const { return num_frames_; }

    /// @throws Error(Internal) beyond the end, what the source throws
    motion::MotionFrame at(std::int64_t index);

  private:
    std::mutex mutex_;
    Source source_;
    std::int64_t num_frames_ = 0;
    std::vector<motion::MotionFrame> frames_;
    std::optional<motion::MotionClip> pose_, actions_;
};

}  // namespace vasa::drive
