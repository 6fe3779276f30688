// SPDX-License-Identifier: Apache-2.0
#include "data/uneven_track.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace vasa::train {
namespace {

using core::Vec2f;

/// a · wa + b · wb
Vec2f mix(Vec2f a, double wa, Vec2f b, double wb) {
    return {static_cast<float>(wa * a.x + wb * b.x), static_cast<float>(wa * a.y + wb * b.y)};
}

/// Slope of landmark i at frame k, pixels per second.
Vec2f slope(const UnevenTrack& track, std::size_t k, std::size_t i) {
    const auto chord = [&](std::size_t a) {
        const double w = 1.0 / (track.times_s[a + 1] - track.times_s[a]);
        return mix(track.frames[a + 1][i], w, track.frames[a][i], -w);
    };
    const std::size_t last = track.frames.size() - 1;
    if (k == 0 || k == last) {
        return chord(k == 0 ? 0 : last - 1);
    }
    const double before = track.times_s[k] - track.times_s[k - 1];
    const double after = track.times_s[k + 1] - track.times_s[k];
    return mix(chord(k - 1), after / (before + after), chord(k), before / (before + after));
}

}  // namespace

std::vector<head::Landmarks68> resample(const UnevenTrack& track, int rate_hz) {
    const double start_s = track.times_s.front();
    // The tolerance keeps a last frame that rounding would put just behind the end.
    const auto count =
        static_cast<std::size_t>(std::floor((track.times_s.back() - start_s) * rate_hz + 1e-6) + 1);
    std::vector<head::Landmarks68> result(count);
    std::size_t k = 0;
    for (std::size_t t = 0; t < count; ++t) {
        const double time_s = start_s + static_cast<double>(t) / rate_hz;
        while (k + 2 < track.frames.size() && track.times_s[k + 1] <= time_s) {
            ++k;
        }
        const double span = track.times_s[k + 1] - track.times_s[k];
        const double u = std::clamp((time_s - track.times_s[k]) / span, 0.0, 1.0);
        const double v = 1 - u;
        for (std::size_t i = 0; i < head::kNumLandmarks68; ++i) {
            const Vec2f value = mix(track.frames[k][i],
                                    v * v * (1 + 2 * u),
                                    track.frames[k + 1][i],
                                    u * u * (1 + 2 * v));
            const Vec2f bend = mix(
                slope(track, k, i), span * u * v * v, slope(track, k + 1, i), -span * u * u * v);
            result[t][i] = {value.x + bend.x, value.y + bend.y};
        }
    }
    return result;
}

}  // namespace vasa::train
