// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/controls.h"
#include "vasa/motion/motion_clip.h"

namespace vasa::motion {

/// Depth of the head that a distance of 1 denotes, in cm from the camera.
constexpr float kUsualDistance_cm = 60.0F;

/// Depth of the head, relative to the portrait's, that the control "distance" asks for.
float asked_depth_cm(const ControlFrame& control);

/// Multiplies a frame's mouth and head motion by the control's amplitudes, around the control's
/// distance.
/// @param frame  relative to the portrait's pose
void scale_amplitudes(MotionFrame& frame, const ControlFrame& control);

/// Applies the controls to motion made without them: amplitudes, gaze and distance (eased in over
/// half a second from the portrait). Emotions are left to add_emotion(). Blinks are unchanged.
void apply_controls(MotionClip& clip, const Controls& controls);

}  // namespace vasa::motion
