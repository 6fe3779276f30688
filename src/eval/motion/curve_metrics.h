// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "motion/lip_curves.h"

#include "vasa/eval/face_behaviour.h"
#include "vasa/eval/motion_metrics.h"

#include <vector>

namespace vasa::eval {

constexpr double kDegrees = 180.0 / 3.14159265358979323846;  ///< per radian

/// The clip at kMetricRate_hz. @throws Error(Input) for a clip without frames.
motion::MotionClip at_metric_rate(const motion::MotionClip& clip);

/// Angle of the head between adjacent frames, degrees, [T - 1].
std::vector<double> turns_deg(const motion::MotionClip& clip);

/// What the face does, at kMetricRate_hz.
/// @param clip    motion of the same frames
/// @param speech  mono, speech::kSpeechRate_hz; may be empty
FaceBehaviour observe_behaviour(const FaceCurves& curves,
                                const motion::MotionClip& clip,
                                const std::vector<float>& speech,
                                const BehaviourParams& params);

/// All metrics of curves, head motion and speech, at kMetricRate_hz.
/// @param clip    head motion of the same frames
/// @param sample  its speech, phones and joints are used, not its motion
MotionMetrics measure_curves(const FaceCurves& curves,
                             const motion::MotionClip& clip,
                             const MotionSample& sample,
                             const PhoneOpenings& phone_openings);

}  // namespace vasa::eval
