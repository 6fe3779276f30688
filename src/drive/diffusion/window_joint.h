// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/motion_space.h"

namespace vasa::drive {

/// Makes a window of motion continue the one before it: the offset of its start from the
/// extrapolated previous motion is subtracted, fading out over 16 frames (0.64 s) for the head and
/// 4 frames (0.16 s) for the face.
///
/// @param before  last two frames before the window, [2, kMotionWidth]
/// @param window  [num_frames, kMotionWidth], changed in place
void join_window(const float* before, float* window, int num_frames);

}  // namespace vasa::drive
