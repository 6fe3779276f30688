// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/controls.h"
#include "vasa/motion/motion_clip.h"

namespace vasa::drive {

struct LiveControlParams {
    // Time constants in which values approach those asked for: eyes turn within two frames at 25
    // Hz, faces and heads need longer.
    double gaze_s = 0.05, amplitude_s = 0.08, emotion_s = 0.25, distance_s = 0.5;
    /// Share of the mouth's motion that a frame loses after an interruption: shut in two frames.
    float shut_per_frame = 0.5F;
    double reopen_s = 0.12;  ///< a new word begins within three frames at 25 Hz
};

/// Applies controls that may change at any frame to motion made without them, and shuts the mouth
/// after an interruption.
class LiveControls {
  public:
    /// @param first  in force from the first frame on, without easing
    LiveControls(const motion::ControlFrame& first,
                 double frame_s,
                 const LiveControlParams& params = {});

    void set(const motion::ControlFrame& wanted) { wanted_ = wanted; }
    const motion::ControlFrame& wanted() const { return wanted_; }
    /// Keeps the mouth shut up to a frame's moment.
    void shut_until(double time_s) { shut_until_s_ = time_s; }

    /// Changes the next frame, of a moment.
    void apply(double time_s, motion::MotionFrame& frame);

  private:
    void approach_wanted();

    double frame_s_;
    LiveControlParams params_;
    motion::ControlFrame wanted_, shown_;
    double shut_until_s_ = 0.0;
    float open_ = 1.0F;  ///< share of the mouth's motion that is shown
};

}  // namespace vasa::drive
