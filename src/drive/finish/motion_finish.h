// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "finish/blink_plan.h"
#include "finish/head_rhythm.h"

#include "vasa/motion/controls.h"
#include "vasa/motion/motion_clip.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vasa::drive {

struct MotionFinishParams {
    float start_s = 1.0F;  ///< time in which the head leaves the portrait's pose
    /// Sampled brows move half as far as recorded ones: training takes lose half of their range to
    /// the denoised fit and to the rest that is taken from them.
    float brow_gain = 2.0F;
    BlinkParams blinks;
    HeadRhythmParams rhythm;
};

/// Subtracts the clip's first pose, fading out until `end_s`.
void start_from_portrait(const head::Pose& first, double time_s, float end_s, head::Pose& pose);

/// Keeps what the eyes look at when the head's pose is no longer `sampled`.
void keep_target(const head::Pose& sampled, motion::MotionFrame& frame);

/// Scales what expressions move: brows, eyes but blinks and gaze, cheeks and nose.
void scale_expressions(float strength, float brow_gain, head::Actions& actions);

/// Completes sampled motion piece by piece: requested amplitudes of mouth, head and expressions, a
/// head that moves with the mouth, a start from the portrait's pose, and blinks that close the eyes
/// fully, at the requested rate.
class MotionFinisher {
  public:
    MotionFinisher(motion::Controls controls, std::uint64_t seed, MotionFinishParams params = {});

    /// Takes the next frames, at 25 fps, and returns those that are finished: they lag by the
    /// frames around them that the head needs, and the second that a blink needs. The last call
    /// returns all that are left.
    std::vector<motion::MotionFrame> add(const std::vector<motion::MotionFrame>& frames,
                                         bool is_last);

  private:
    MotionFinishParams params_;
    motion::Controls controls_;
    BlinkPlan blinks_;
    motion::MotionClip clip_;
    head::Pose first_pose_;
    std::vector<motion::MotionFrame> sampled_;  ///< with amplitudes, before the head's rhythm
    std::size_t num_finished_ = 0;
};

}  // namespace vasa::drive
