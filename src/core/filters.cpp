// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/filters.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <deque>

namespace vasa::core {
namespace {

/// The sample at an index; beyond the ends, the first or last sample.
float held(const Track& track, int i) {
    return track[static_cast<std::size_t>(std::clamp(i, 0, static_cast<int>(track.size()) - 1))];
}

Track moving_average(const Track& track, int half_width) {
    const auto at = [&](int i) { return static_cast<double>(held(track, i)); };
    Track result;
    result.reserve(track.size());
    double sum = 0.0;
    for (int i = -half_width; i <= half_width; ++i) {
        sum += at(i);
    }
    for (int i = 0; i < static_cast<int>(track.size()); ++i) {
        result.push_back(static_cast<float>(sum / (2 * half_width + 1)));
        sum += at(i + half_width + 1) - at(i - half_width);
    }
    return result;
}

/// Three boxes of width w have the variance (w² - 1) / 4.
int wide_half(float sigma_samples) {
    return std::max(1, static_cast<int>(std::lround(sigma_samples - 0.5F)));
}

}  // namespace

Track smooth_gaussian(const Track& track, float sigma_samples) {
    if (track.empty() || sigma_samples <= 0.0F) {
        return track;
    }
    const int radius = static_cast<int>(std::ceil(3.0F * sigma_samples));
    std::vector<float> weights;
    float sum = 0.0F;
    for (int k = -radius; k <= radius; ++k) {
        const float x = static_cast<float>(k) / sigma_samples;
        weights.push_back(std::exp(-0.5F * x * x));
        sum += weights.back();
    }
    Track padded;
    for (int i = -radius; i < static_cast<int>(track.size()) + radius; ++i) {
        padded.push_back(held(track, i));
    }
    Track result(track.size(), 0.0F);
    for (std::size_t k = 0; k < weights.size(); ++k) {
        const float weight = weights[k] / sum;
        for (std::size_t i = 0; i < result.size(); ++i) {
            result[i] += weight * padded[i + k];
        }
    }
    return result;
}

Track smooth_wide(const Track& track, float sigma_samples) {
    if (track.empty()) {
        return track;
    }
    const int half = wide_half(sigma_samples);
    return moving_average(moving_average(moving_average(track, half), half), half);
}

Track smooth_savitzky_golay(const Track& track, int half_window) {
    const int m = half_window;
    if (m < 2) {
        return track;
    }
    std::vector<double> weights;
    double total = 0;
    for (int i = -m; i <= m; ++i) {
        weights.push_back(3.0 * m * m + 3.0 * m - 1 - 5.0 * i * i);
        total += weights.back();
    }
    Track result;
    result.reserve(track.size());
    for (int t = 0; t < static_cast<int>(track.size()); ++t) {
        double sum = 0;
        for (int i = 0; i <= 2 * m; ++i) {
            sum +=
                weights[static_cast<std::size_t>(i)] * static_cast<double>(held(track, t + i - m));
        }
        result.push_back(static_cast<float>(sum / total));
    }
    return result;
}

Track sliding_max(const Track& track, int before, int after) {
    const int num = static_cast<int>(track.size());
    Track result;
    result.reserve(track.size());
    std::deque<int> candidates;  // indices, their values decreasing
    int next = 0;
    for (int i = 0; i < num; ++i) {
        for (; next < num && next <= i + after; ++next) {
            while (!candidates.empty() && held(track, candidates.back()) <= held(track, next)) {
                candidates.pop_back();
            }
            candidates.push_back(next);
        }
        while (candidates.front() < i - before) {
            candidates.pop_front();
        }
        result.push_back(held(track, candidates.front()));
    }
    return result;
}

float sample_track(const Track& track, int rate_hz, double time_s) {
    if (track.empty()) {
        return 0.0F;
    }
    const double position =
        std::clamp(time_s * rate_hz, 0.0, static_cast<double>(track.size() - 1));
    const auto index = static_cast<std::size_t>(position);
    if (index + 1 >= track.size()) {
        return track.back();
    }
    const auto fraction = static_cast<float>(position - static_cast<double>(index));
    return track[index] + fraction * (track[index + 1] - track[index]);
}

float percentile(std::vector<float> values, double fraction) {
    if (values.empty()) {
        return 0.0F;
    }
    const auto index =
        static_cast<std::ptrdiff_t>(std::lround(fraction * static_cast<double>(values.size() - 1)));
    std::nth_element(values.begin(), values.begin() + index, values.end());
    return values[static_cast<std::size_t>(index)];
}

}  // namespace vasa::core
