// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/controls.h"
#include "vasa/motion/motion_clip.h"

namespace vasa::motion {

/// Depth of the head below the camera at which a distance of 1 is understood, cm.
constexpr float kUsualDistance_cm = 60.0F;

/// Multiplies a frame's mouth and head motion by the amplitudes asked for, around the distance
/// asked for.
/// @param frame  relative to the portrait's pose
void scale_amplitudes(MotionFrame& frame, const ControlFrame& control);

/// Gives motion that knew nothing of the controls what they ask for: amplitudes, gaze, distance
/// (eased in over half a second from the portrait) and emotion. Blinks stay.
void apply_controls(MotionClip& clip, const Controls& controls);

}  // namespace vasa::motion
