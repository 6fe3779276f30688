// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "motion/lip_curves.h"

#include "vasa/eval/motion_metrics.h"

#include <string>
#include <vector>

namespace vasa::eval {

/// Frames that are spoken: all but silences of 300 ms or more, found by phones if there are any,
/// else by loudness (relative to the clip's own range); all frames if there is neither.
std::vector<bool> speaking_frames(const MotionSample& sample, std::size_t num_frames);

/// RMS of the 50 ms around each frame.
std::vector<double> speech_rms(const std::vector<float>& speech, std::size_t num_frames);

/// Name of the phone at each frame's time; "" outside all phones.
std::vector<std::string> phone_of_frames(const std::vector<speech::Phone>& phones,
                                         std::size_t num_frames);

/// Sets closures, dental, rounding and, with `openings`, phone_offset, phone_corr and phone_curve.
void measure_phones(const FaceCurves& curves,
                    const std::vector<speech::Phone>& phones,
                    const std::vector<bool>& speaking,
                    const PhoneOpenings& openings,
                    MotionMetrics& metrics);

/// Lag and value of a curve's peak.
struct Peak {
    double lag = kNone, value = kNone;
    static constexpr double kNone = MotionMetrics::kNone;
};
Peak find_peak(const LagCurve& curve);

}  // namespace vasa::eval
