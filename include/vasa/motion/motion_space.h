// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/controls.h"
#include "vasa/motion/motion_clip.h"

#include <array>
#include <string>
#include <vector>

namespace vasa::motion {

/// Length of a motion frame as the network sees it: 6 pose values (yaw, pitch, roll rad, x, y, z
/// cm, relative to the portrait), 2 of gaze (yaw, pitch rad, mean of both eyes), 44 other actions,
/// 2 of the tongue.
constexpr int kMotionWidth = 54;
constexpr int kGazeIndex = 6;
constexpr int kFirstActionIndex = 8;
constexpr int kTongueIndex = kMotionWidth - head::kNumTongueValues;
constexpr int kNumPlainActions = kTongueIndex - kFirstActionIndex;
using MotionVector = std::array<float, kMotionWidth>;

/// Length of the network's control input: main gaze yaw and pitch (rad), distance (ratio - 1),
/// emotions (0..1).
constexpr int kControlWidth = 3 + kNumEmotions;
using ControlVector = std::array<float, kControlWidth>;

/// The actions from kFirstActionIndex on, in order: all but the eyeLook* ones.
const std::array<head::Action, kNumPlainActions>& plain_actions();

/// Names of the values of a motion vector, as in a network's description of its inputs.
/// @param is_relative  whether the values are those of relative_to_control()
std::vector<std::string> motion_value_names(bool is_relative);
/// The same for a control vector.
std::vector<std::string> control_value_names();

MotionVector to_motion_vector(const MotionFrame& frame);
/// Clamps actions and tongue to 0..1 and gaze angles to their range.
MotionFrame from_motion_vector(const MotionVector& vector);
ControlVector to_control_vector(const ControlFrame& control);

/// Motion as the network sees it: gaze and depth relative to the controls, so that the motion
/// follows them exactly and the network only makes the variation around them.
MotionVector relative_to_control(const MotionVector& vector, const ControlVector& control);
/// The inverse.
MotionVector with_control(const MotionVector& relative, const ControlVector& control);

/// The mirrored motion or control.
MotionVector mirrored_motion(const MotionVector& vector);
ControlVector mirrored_control(const ControlVector& control);

}  // namespace vasa::motion
