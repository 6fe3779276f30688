// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/smoothstep.h"

#include <vector>

namespace vasa::core {

/// A signal over time, sampled evenly at a rate that is stored elsewhere.
using Track = std::vector<float>;

/// Convolution with a Gaussian cut off at three standard deviations: no delay, and exactly 0 where
/// the track is 0 for that long. Beyond the ends the track continues with its end values.
Track smooth_gaussian(const Track& track, float sigma_samples);

/// Like smooth_gaussian(), for long windows: three passes of a moving average.
Track smooth_wide(const Track& track, float sigma_samples);

/// Quadratic least-squares window of 2 half_window + 1 samples: no delay, parabolas stay as they
/// are. Beyond the ends the track continues with its end values. A half window below 2 leaves the
/// track as it is, because a parabola goes through three samples.
/// Source: Savitzky and Golay, Smoothing and Differentiation of Data (1964).
Track smooth_savitzky_golay(const Track& track, int half_window);

/// Largest value among the samples [i - before, i + after] of each sample i.
Track sliding_max(const Track& track, int before, int after);

/// Value at a time in seconds: linear between samples, end values beyond the ends, 0 if empty.
/// @param rate_hz  sample rate of the track; sample i is at time i / rate_hz
float sample_track(const Track& track, int rate_hz, double time_s);

/// The value below which `fraction` (0..1) of the values lie. 0 if there are none.
float percentile(std::vector<float> values, double fraction);

}  // namespace vasa::core
