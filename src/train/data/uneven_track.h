// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/head/landmark68_fit.h"

#include <vector>

namespace vasa::train {

/// Landmarks at uneven times.
struct UnevenTrack {
    std::vector<double> times_s;  ///< increasing
    std::vector<head::Landmarks68> frames;
};

/// The track at even times from its first to its last: cubic Hermite curves whose slope at a frame
/// is that of the parabola through it and its neighbours (at the ends, the chord).
/// @param track  two frames or more
std::vector<head::Landmarks68> resample(const UnevenTrack& track, int rate_hz);

}  // namespace vasa::train
