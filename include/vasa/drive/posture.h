// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/controls.h"
#include "vasa/motion/motion_clip.h"

#include <cstddef>
#include <cstdint>

namespace vasa::drive {

struct PostureParams {
    float ease_in_s = 2.0F;     ///< from the portrait as it is
    double max_shift_hz = 0.5;  ///< four fifths of the power lie below half of this
    // The spread that sampled motion lacks of that of talking heads (within clips of 9 to 15
    // seconds).
    float yaw_deg = 3.7F, pitch_deg = 2.1F, roll_deg = 2.6F;
    float sideways_cm = 0.70F, up_cm = 0.53F, depth_cm = 0.34F;
    // Heads shift to where they turn, and sink when they look up: correlations of talking heads.
    float sideways_of_yaw = 0.45F, up_of_pitch = -0.83F;
    float eyes_stay =
        0.85F;  ///< fraction of a turn that the eyes make up for, as in sampled motion
};

/// How people shift while they talk: slow random turns and shifts of the head, of several seconds,
/// which a sampler of windows of four seconds hardly makes. Their spread is what such motion lacks
/// of that of talking heads; the eyes go on looking where they looked. Comes in over the first
/// two seconds; strength by the control "head motion".
/// @param clip  relative to the portrait
void add_posture(motion::MotionClip& clip,
                 const motion::Controls& controls,
                 std::uint64_t seed,
                 const PostureParams& params = {});

/// add_posture() to the frames [first, end) alone: pieces give what the whole gives.
void add_posture(motion::MotionClip& clip,
                 std::size_t first,
                 std::size_t end,
                 const motion::Controls& controls,
                 std::uint64_t seed,
                 const PostureParams& params = {});

}  // namespace vasa::drive
