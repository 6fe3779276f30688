// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/motion_clip.h"

#include <array>

namespace vasa::motion {

/// Motion between the second and the third of four frames in a row: Catmull-Rom, within the range
/// of these two; angles go the shorter way.
/// @param t  0..1, 0 = the second frame
MotionFrame interpolate_frame(const std::array<const MotionFrame*, 4>& frames, float t);

}  // namespace vasa::motion
