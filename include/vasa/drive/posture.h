// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/controls.h"
#include "vasa/motion/motion_clip.h"

#include <cstddef>
#include <cstdint>

namespace vasa::drive {

struct PostureParams {
    float ease_in_s = 2.0F;     ///< from the unchanged portrait
    double max_shift_hz = 0.5;  ///< four fifths of the power lie below half of this
    // Spread that sampled motion lacks compared with talking heads (within clips of 9 to 15
    // seconds).
    float yaw_deg = 3.7F, pitch_deg = 2.1F, roll_deg = 2.6F;
    float sideways_cm = 0.70F, up_cm = 0.53F, depth_cm = 0.34F;
    // Heads shift towards their turn and sink when they look up: correlations of talking heads.
    float sideways_of_yaw = 0.45F, up_of_pitch = -0.83F;
    float eyes_stay =
        0.85F;  ///< fraction of a turn that the eyes make up for, as in sampled motion
};

/// Adds the posture shifts of a talking person: slow random turns and shifts of the head over
/// several seconds, which a sampler with four-second windows hardly makes. They add the spread that
/// such motion lacks compared with talking heads; the eyes keep their gaze target. The shifts ease
/// in over the first two seconds; the control "head motion" sets their strength.
/// @param clip  relative to the portrait
void add_posture(motion::MotionClip& clip,
                 const motion::Controls& controls,
                 std::uint64_t seed,
                 const PostureParams& params = {});

/// add_posture() for the frames [first, end) only; pieces give the same result as the whole.
void add_posture(motion::MotionClip& clip,
                 std::size_t first,
                 std::size_t end,
                 const motion::Controls& controls,
                 std::uint64_t seed,
                 const PostureParams& params = {});

}  // namespace vasa::drive
