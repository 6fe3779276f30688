// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "motion/lip_curves.h"

#include "vasa/head/landmarks.h"

#include <vector>

namespace vasa::eval {

/// Curves of a face from the landmarks seen in its frames (LandmarkBasis computes them from
/// motion). The unit of posed landmarks is the clip's mean eye corner distance.
/// @param motion  of the same frames, for rounding
FaceCurves curves_of_landmarks(const std::vector<head::Landmarks>& frames,
                               const std::vector<motion::MotionFrame>& motion);

/// Resamples landmarks to another rate, linear between frames.
std::vector<head::Landmarks> resample_landmarks(const std::vector<head::Landmarks>& frames,
                                                double fps,
                                                double new_fps,
                                                int num_frames);

}  // namespace vasa::eval
