// SPDX-License-Identifier: Apache-2.0
#include "frame_rate.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace vasa::media {
namespace {

constexpr double kHighestRate_hz = 240.0;
/// For irregular pictures: hardly below their own rate, at most the highest of these, since shorter
/// intervals are jitter.
constexpr std::int64_t kIrregularRates_hz[] = {5, 10, 15, 20, 25, 30, 50, 60};
constexpr double kLeastOfOwnRate = 0.97;
/// Shares of a frame's duration: time stamps in milliseconds are off by 0.06 at 120 Hz.
constexpr double kGridTolerance = 0.2;
constexpr double kLeastOnGrid = 0.95;
/// Of a constant rate whose encoder dropped pictures.
constexpr double kLeastFilled = 0.5;
/// Stated rates so near to a usual one are estimates of it.
constexpr double kSameRate = 0.004;

constexpr core::Rational kUsualRates[] = {
    {5, 1},  {6, 1},        {8, 1},  {10, 1}, {12, 1},       {25, 2},  {15, 1},
    {20, 1}, {24000, 1001}, {24, 1}, {25, 1}, {30000, 1001}, {30, 1},  {48, 1},
    {50, 1}, {60000, 1001}, {60, 1}, {90, 1}, {100, 1},      {120, 1}, {240, 1}};

bool is_rate(const core::Rational& rate) {
    return rate.num > 0 && rate.den > 0 && rate.value() <= kHighestRate_hz;
}

core::Rational nearest_usual_rate(double rate_hz) {
    return *std::min_element(std::begin(kUsualRates),
                             std::end(kUsualRates),
                             [&](const core::Rational& a, const core::Rational& b) {
                                 return std::fabs(std::log(a.value() / rate_hz)) <
                                        std::fabs(std::log(b.value() / rate_hz));
                             });
}

/// Share of a rate's frames that have a picture; 0 if pictures lie between frames.
double filled_share(const std::vector<double>& times_s, double rate_hz) {
    std::size_t num_on_grid = 0;
    std::size_t num_filled = 0;
    double last_slot = -1.0;
    for (const double time_s : times_s) {
        const double position = (time_s - times_s.front()) * rate_hz;
        const double slot = std::round(position);
        num_on_grid += std::fabs(position - slot) <= kGridTolerance ? 1 : 0;
        num_filled += slot > last_slot ? 1 : 0;
        last_slot = slot;
    }
    const auto count = static_cast<double>(times_s.size());
    return static_cast<double>(num_on_grid) < kLeastOnGrid * count
               ? 0.0
               : static_cast<double>(num_filled) / (last_slot + 1.0);
}

double median_interval_s(const std::vector<double>& times_s) {
    std::vector<double> intervals_s;
    for (std::size_t i = 1; i < times_s.size(); ++i) {
        if (times_s[i] > times_s[i - 1]) {
            intervals_s.push_back(times_s[i] - times_s[i - 1]);
        }
    }
    if (intervals_s.empty()) {
        return 0.0;
    }
    const auto middle = intervals_s.begin() + static_cast<std::ptrdiff_t>(intervals_s.size() / 2);
    std::nth_element(intervals_s.begin(), middle, intervals_s.end());
    return *middle;
}

}  // namespace

core::Rational choose_frame_rate(const std::vector<double>& times_s,
                                 const core::Rational& mean,
                                 const core::Rational& base) {
    const double interval_s = median_interval_s(times_s);
    if (!(interval_s > 0.0)) {
        return is_rate(mean) ? mean : is_rate(base) ? base : core::Rational{25, 1};
    }
    std::vector<core::Rational> candidates;
    if (is_rate(mean)) {
        const core::Rational usual = nearest_usual_rate(mean.value());
        if (std::fabs(usual.value() / mean.value() - 1.0) < kSameRate / 10.0) {
            candidates.push_back(usual);
        }
        candidates.push_back(mean);
    }
    const core::Rational usual = nearest_usual_rate(1.0 / interval_s);
    candidates.push_back(usual);
    if (is_rate(base)) {
        candidates.push_back(base);
    }
    for (const core::Rational& rate : candidates) {
        if (filled_share(times_s, rate.value()) >= kLeastFilled) {
            return rate;
        }
    }
    std::int64_t rate_hz = 0;
    for (const std::int64_t candidate_hz : kIrregularRates_hz) {
        rate_hz = candidate_hz;
        if (static_cast<double>(rate_hz) >= kLeastOfOwnRate / interval_s) {
            break;
        }
    }
    return {rate_hz, 1};
}

}  // namespace vasa::media
