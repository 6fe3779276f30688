// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/motion_clip.h"

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

namespace vasa::drive {

/// A clip's motion, made on demand. Any thread may request frames.
class MotionTrack {
  public:
    /// Returns the next frames; none at the end.
    using Source = std::function<std::vector<motion::MotionFrame>()>;

    /// A track without frames.
    MotionTrack() = default;

    /// @param source  called until it has returned `num_frames`, by the thread that needs a frame
    void begin(Source source, std::int64_t num_frames);
    /// Replaces a part of every frame by that of another clip of the same length.
    void take_pose_from(motion::MotionClip clip);
    void take_actions_from(motion::MotionClip clip);

    std::int64_t num_frames() const { return num_frames_; }

    /// @throws Error(Internal) beyond the end, and any error of the source
    motion::MotionFrame at(std::int64_t index);

  private:
    std::mutex mutex_;
    Source source_;
    std::int64_t num_frames_ = 0;
    std::vector<motion::MotionFrame> frames_;
    std::optional<motion::MotionClip> pose_, actions_;
};

}  // namespace vasa::drive
