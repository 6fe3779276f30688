// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/controls.h"
#include "vasa/motion/motion_clip.h"

#include <array>
#include <string>
#include <vector>

namespace vasa::motion {

/// Length of a frame of motion as the network sees it: 6 of pose (yaw, pitch, roll rad, x, y, z cm,
/// relative to the portrait), 2 of gaze (yaw, pitch rad, the mean of both eyes), 44 other actions.
constexpr int kMotionWidth = 52;
constexpr int kGazeIndex = 6;
constexpr int kFirstActionIndex = 8;
constexpr int kNumPlainActions = kMotionWidth - kFirstActionIndex;
using MotionVector = std::array<float, kMotionWidth>;

/// Length of the controls the network hears: main gaze yaw and pitch (rad), distance (ratio - 1),
/// emotions (0..1).
constexpr int kControlWidth = 3 + kNumEmotions;
using ControlVector = std::array<float, kControlWidth>;

/// The actions behind kFirstActionIndex, in order: all but the eyeLook* ones.
const std::array<head::Action, kNumPlainActions>& plain_actions();

/// Names of the values of a motion vector, as in a network's description of its inputs.
/// @param is_relative  as relative_to_control() makes them
std::vector<std::string> motion_value_names(bool is_relative);
/// The same of a control vector.
std::vector<std::string> control_value_names();

MotionVector to_motion_vector(const MotionFrame& frame);
/// Actions are brought into 0..1, angles of the gaze into their range.
MotionFrame from_motion_vector(const MotionVector& vector);
ControlVector to_control_vector(const ControlFrame& control);

/// Motion as the network sees it: gaze and depth relative to what the controls ask for, so that it
/// follows them exactly and only makes what is around them.
MotionVector relative_to_control(const MotionVector& vector, const ControlVector& control);
/// The inverse.
MotionVector with_control(const MotionVector& relative, const ControlVector& control);

/// The same motion or control in a mirror.
MotionVector mirrored_motion(const MotionVector& vector);
ControlVector mirrored_control(const ControlVector& control);

}  // namespace vasa::motion
