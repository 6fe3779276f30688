// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "motion/lip_curves.h"

#include "vasa/core/geometry.h"

#include <array>
#include <vector>

namespace vasa::eval {

/// MediaPipe's landmarks of one frame, pixels.
using FrameLandmarks = std::array<core::Vec2f, 478>;

/// Distance of the outer eye corners.
double eye_distance(const FrameLandmarks& landmarks);

/// What moves in a face, from the landmarks seen in its frames (LandmarkBasis takes it from
/// motion). The unit of posed landmarks is the clip's mean eye corner distance.
/// @param actions  of the same frames, for rounding
FaceCurves curves_of_landmarks(const std::vector<FrameLandmarks>& frames,
                               const std::vector<motion::MotionFrame>& motion);

/// Landmarks at another rate, linear between frames.
std::vector<FrameLandmarks> resample_landmarks(const std::vector<FrameLandmarks>& frames,
                                               double fps,
                                               double new_fps,
                                               int num_frames);

}  // namespace vasa::eval
