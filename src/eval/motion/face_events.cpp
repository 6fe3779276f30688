// SPDX-License-Identifier: Apache-2.0
#include "motion/face_events.h"

#include "statistics.h"

#include "vasa/core/filters.h"
#include "vasa/eval/motion_metrics.h"

#include <algorithm>
#include <cmath>

namespace vasa::eval {
namespace {

constexpr double kShutShare = 0.5, kOpenShare = 0.7;  // of the mean eye opening

/// Standard deviation, in seconds times Hz, of the Gaussian whose gain at the cutoff is 1 - 1/sqrt2
/// (what a high-pass takes away) and 1/sqrt2 (what a low-pass leaves): exp(-2 (pi s f)^2).
constexpr double kHighPassSigma = 0.2494, kLowPassSigma = 0.1325;

core::Track smoothed(const std::vector<double>& curve, double sigma_s) {
    const core::Track track(curve.begin(), curve.end());
    return core::smooth_gaussian(track, static_cast<float>(sigma_s * kMetricRate_hz));
}

std::vector<double> band_of(const std::vector<double>& curve, const BehaviourParams& params) {
    return low_passed(high_passed(curve, params.band_low_hz), params.band_high_hz);
}

}  // namespace

std::vector<Blink> find_blinks(const std::vector<double>& eye_opening) {
    const double open = mean(eye_opening);
    std::vector<Blink> blinks;
    bool shut = false;
    for (std::size_t i = 0; i < eye_opening.size(); ++i) {
        const double share = open > 0 ? eye_opening[i] / open : 1;
        if (!shut && share < kShutShare) {
            shut = true;
            blinks.push_back({i, i + 1, share});
        } else if (shut) {
            shut = share < kOpenShare;
            blinks.back().least = std::min(blinks.back().least, share);
            blinks.back().end = shut ? i + 1 : i;
        }
    }
    return blinks;
}

std::vector<double> high_passed(const std::vector<double>& curve, double cutoff_hz) {
    const core::Track slow = smoothed(curve, kHighPassSigma / cutoff_hz);
    std::vector<double> fast(curve.size());
    for (std::size_t i = 0; i < curve.size(); ++i) {
        fast[i] = curve[i] - static_cast<double>(slow[i]);
    }
    return fast;
}

std::vector<double> low_passed(const std::vector<double>& curve, double cutoff_hz) {
    const core::Track slow = smoothed(curve, kLowPassSigma / cutoff_hz);
    return {slow.begin(), slow.end()};
}

std::vector<TurningPoint> turning_points(const std::vector<double>& curve, double min_swing) {
    std::vector<TurningPoint> points;
    std::size_t low = 0, high = 0;
    const auto last_is_low = [&] { return !points.empty() && points.back().is_low; };
    const auto last_is_high = [&] { return !points.empty() && !points.back().is_low; };
    for (std::size_t i = 1; i < curve.size(); ++i) {
        low = curve[i] < curve[low] ? i : low;
        high = curve[i] > curve[high] ? i : high;
        if (!last_is_high() && curve[high] - curve[i] >= min_swing) {
            points.push_back({high, false});
            low = i;
        } else if (!last_is_low() && curve[i] - curve[low] >= min_swing) {
            points.push_back({low, true});
            high = i;
        }
    }
    return points;
}

std::vector<double> find_nods(const std::vector<double>& pitch_deg, const BehaviourParams& params) {
    std::vector<double> nods_s;
    const auto points = turning_points(band_of(pitch_deg, params), params.min_nod_deg);
    for (std::size_t i = 1; i < points.size(); ++i) {
        if (points[i].is_low) {
            nods_s.push_back(static_cast<double>(points[i].frame) / kMetricRate_hz);
        }
    }
    return nods_s;
}

std::vector<double> find_raises(const std::vector<double>& height, const BehaviourParams& params) {
    const std::vector<double> band = band_of(height, params);
    const auto points = turning_points(band, params.min_raise);
    std::vector<double> raises_s;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (!points[i].is_low) {
            continue;
        }
        const auto from = band.begin() + static_cast<std::ptrdiff_t>(points[i].frame);
        const auto to = i + 1 < points.size()
                            ? band.begin() + static_cast<std::ptrdiff_t>(points[i + 1].frame) + 1
                            : band.end();
        const double begun = *from + params.onset_share * (*std::max_element(from, to) - *from);
        const auto onset = std::find_if(from, to, [&](double v) { return v >= begun; });
        raises_s.push_back(static_cast<double>(onset - band.begin()) / kMetricRate_hz);
    }
    return raises_s;
}

SpeechState speech_state(const std::vector<speech::SpeechRun>& runs, double time_s) {
    if (runs.empty() || time_s < runs.front().start_s || time_s >= runs.back().end_s) {
        return SpeechState::Outside;
    }
    const bool talks = std::any_of(runs.begin(), runs.end(), [&](const speech::SpeechRun& run) {
        return time_s >= run.start_s && time_s < run.end_s;
    });
    return talks ? SpeechState::Talking : SpeechState::Pausing;
}

void TurnSums::add(const TurnSums& other) {
    talk_deg += other.talk_deg;
    talk_s += other.talk_s;
    pause_deg += other.pause_deg;
    pause_s += other.pause_s;
}

double TurnSums::ratio() const {
    return talk_s > 0 && pause_deg > 0 ? (talk_deg / talk_s) / (pause_deg / pause_s) : kNoValue;
}

TurnSums sum_turns(const std::vector<double>& turns_deg,
                   std::size_t num_turns,
                   const std::vector<speech::SpeechRun>& runs) {
    constexpr double kStep_s = 1.0 / kMetricRate_hz;
    TurnSums sums;
    for (std::size_t i = 0; i < std::min(num_turns, turns_deg.size()); ++i) {
        const SpeechState state = speech_state(runs, (static_cast<double>(i) + 0.5) * kStep_s);
        if (state == SpeechState::Talking) {
            sums.talk_deg += turns_deg[i];
            sums.talk_s += kStep_s;
        } else if (state == SpeechState::Pausing) {
            sums.pause_deg += turns_deg[i];
            sums.pause_s += kStep_s;
        }
    }
    return sums;
}

}  // namespace vasa::eval
