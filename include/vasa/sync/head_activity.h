// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/motion_clip.h"

#include <array>
#include <vector>

namespace vasa::sync {

/// Features per frame of head_activity().
constexpr int kHeadActivityWidth = 11;
/// Their names, in order. Turns to the left and to the right count alike: a mouth does not tell
/// them apart.
constexpr std::array<const char*, kHeadActivityWidth> kHeadActivityNames = {"pitch_speed",
                                                                            "pitch_speed_abs",
                                                                            "yaw_speed_abs",
                                                                            "roll_speed_abs",
                                                                            "rotation_speed",
                                                                            "y_speed",
                                                                            "x_speed_abs",
                                                                            "pitch_fast",
                                                                            "brow_height",
                                                                            "brow_speed",
                                                                            "brow_speed_abs"};

struct HeadActivityParams {
    float noise_frames = 0.8F;  ///< sigma that pose and brows are smoothed by before differences
    /// Sigma of rotation speed and brow speed: about a syllable, as in motion::mouth_activity().
    float syllable_frames = 3.0F;
    float place_frames = 2.0F;  ///< sigma of x_speed_abs: x is tracked less well than angles
    float slow_frames = 25.0F;  ///< sigma of the slow part of the pitch: posture, over a second
    /// Smallest spread that a feature is scaled by: a head that is held still stays still. Below
    /// a tenth of what recorded speakers show.
    float min_turn_rad = 3e-4F;  ///< angles and their change per frame
    float min_shift_cm = 5e-3F;  ///< per frame
    float min_brow = 2e-3F;      ///< brow actions and their change per frame
    float limit = 6.0F;          ///< of every feature; larger values are tracking errors
};

/// What head and brows do, in units that are the same for every speaker.
///
/// Features: change per frame of pitch, of yaw and roll (absolute), of the whole rotation
/// (absolute, smoothed), of y, and of x (absolute, smoothed); pitch minus its slow part; mean of
/// the raised minus mean of the lowered brows, its change, and the same absolute and smoothed.
/// Each has mean 0 and spread 1 over the clip.
///
/// @param frames  25 fps; only pose and brow actions matter
/// @return        [frames, kHeadActivityWidth]
std::vector<float> head_activity(const std::vector<motion::MotionFrame>& frames,
                                 const HeadActivityParams& params = {});

}  // namespace vasa::sync
