// SPDX-License-Identifier: Apache-2.0
#include "rules/slow_process.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace vasa::drive {
namespace {

constexpr double kPi = 3.14159265358979323846;

/// Stride of the samples that slow_process() evaluates; those between are interpolated linearly.
constexpr std::size_t kSlowStride = 4;

struct Wave {
    double omega, phase, amplitude;
};

std::vector<Wave> sample_waves(double max_hz, core::Rng& rng, const SlowProcessParams& params) {
    std::vector<Wave> waves;
    for (const SlowProcessParams::Band& band : params.bands) {
        for (int k = 0; k < params.waves_per_band; ++k) {
            // One wave in each equal part of the band.
            const double fraction = (k + rng.uniform()) / params.waves_per_band;
            const double hz = max_hz * (band.low_hz + fraction * (band.high_hz - band.low_hz));
            waves.push_back({2.0 * kPi * hz,
                             rng.uniform(0.0, 2.0 * kPi),
                             std::sqrt(2.0 * band.variance / params.waves_per_band)});
        }
    }
    return waves;
}

}  // namespace

core::Track slow_process(const std::vector<double>& clock_s,
                         double max_hz,
                         core::Rng rng,
                         const SlowProcessParams& params) {
    const std::vector<Wave> waves = sample_waves(max_hz, rng, params);
    core::Track result(clock_s.size());
    const auto value = [&](std::size_t i) {
        double sum = 0.0;
        for (const Wave& wave : waves) {
            sum += wave.amplitude * std::sin(wave.omega * clock_s[i] + wave.phase);
        }
        return sum;
    };
    for (std::size_t i = 0; i < clock_s.size(); i += kSlowStride) {
        const std::size_t end = std::min(i + kSlowStride, clock_s.size() - 1);
        const double first = value(i);
        const double last = value(end);
        for (std::size_t k = i; k < std::min(i + kSlowStride, clock_s.size()); ++k) {
            const double fraction =
                end > i ? static_cast<double>(k - i) / static_cast<double>(end - i) : 0.0;
            result[k] = static_cast<float>(first + fraction * (last - first));
        }
    }
    return result;
}

}  // namespace vasa::drive
