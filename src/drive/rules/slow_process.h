// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/filters.h"
#include "vasa/core/rng.h"

#include <array>
#include <vector>

namespace vasa::drive {

/// Spectrum of slow_process(), for max_hz = 1.
struct SlowProcessParams {
    /// A band of frequencies and its fraction of the variance.
    struct Band {
        double low_hz, high_hz, variance;
    };
    /// Distribution of the variance in head poses of talking heads; the sum is 1.
    std::array<Band, 3> bands = {{{0.06, 0.25, 0.53}, {0.25, 0.5, 0.26}, {0.5, 1.0, 0.21}}};
    /// Waves of random frequency and phase; with one or two per band the period is visible.
    int waves_per_band = 5;
};

/// Slow random track of mean 0 and standard deviation about 1, with power below `max_hz` only.
/// @param clock_s  time of each sample; warp it to make the process faster or slower
core::Track slow_process(const std::vector<double>& clock_s,
                         double max_hz,
                         core::Rng rng,
                         const SlowProcessParams& params = {});

}  // namespace vasa::drive
