// SPDX-License-Identifier: Apache-2.0
#include "motion/phone_metrics.h"

#include "statistics.h"

#include <algorithm>
#include <cmath>

namespace vasa::eval {
namespace {

constexpr double kLongSilence_s = 0.3;
constexpr double kClosedShare = 0.15;

bool is_one_of(const std::string& name, std::initializer_list<const char*> names) {
    return std::any_of(names.begin(), names.end(), [&](const char* n) { return name == n; });
}

/// False in silent runs of at least kLongSilence_s, else true.
std::vector<bool> without_long_runs(const std::vector<bool>& silent) {
    std::vector<bool> speaking(silent.size(), true);
    const auto least = static_cast<std::size_t>(std::ceil(kLongSilence_s * kMetricRate_hz));
    for (std::size_t begin = 0; begin < silent.size();) {
        std::size_t end = begin;
        while (end < silent.size() && silent[end]) {
            ++end;
        }
        if (end - begin >= least) {
            std::fill(speaking.begin() + static_cast<std::ptrdiff_t>(begin),
                      speaking.begin() + static_cast<std::ptrdiff_t>(end),
                      false);
        }
        begin = end + 1;
    }
    return speaking;
}

std::vector<bool> quiet_frames(const std::vector<float>& speech, std::size_t num_frames) {
    std::vector<double> level_db;
    for (const double rms : speech_rms(speech, num_frames)) {
        level_db.push_back(20 * std::log10(std::max(rms, 1e-5)));
    }
    const double peak = quantile_of(level_db, 0.95), floor = quantile_of(level_db, 0.05);
    const double threshold = peak - std::min(30.0, 0.7 * (peak - floor));
    std::vector<bool> quiet;
    for (const double level : level_db) {
        quiet.push_back(level < threshold || level <= -90.0);
    }
    return quiet;
}

/// First frame and one past the last of a phone, widened by one frame on both sides.
struct FrameRange {
    int begin, end;
    FrameRange(const speech::Phone& phone, int num_frames)
        : begin(std::max(0, static_cast<int>(std::lround(phone.start_s * kMetricRate_hz)) - 1)),
          end(std::min(
              num_frames,
              static_cast<int>(std::lround((phone.start_s + phone.duration_s) * kMetricRate_hz)) +
                  2)) {}
};

double share_of(int part, int whole) {
    return whole == 0 ? kNoValue : static_cast<double>(part) / whole;
}

void measure_closures(const FaceCurves& curves,
                      const std::vector<speech::Phone>& phones,
                      double mean_opening,
                      MotionMetrics& metrics) {
    int closed = 0, num = 0;
    for (const speech::Phone& phone : phones) {
        const FrameRange range(phone, static_cast<int>(curves.num_frames()));
        if (is_one_of(phone.name, {"P", "B", "M"}) && range.begin < range.end) {
            const double least = *std::min_element(curves.opening.begin() + range.begin,
                                                   curves.opening.begin() + range.end);
            ++num;
            closed += least <= kClosedShare * mean_opening ? 1 : 0;
        }
    }
    metrics.closures = share_of(closed, num);
    metrics.num_bilabials = num;
}

}  // namespace

std::vector<double> speech_rms(const std::vector<float>& speech, std::size_t num_frames) {
    constexpr long kStep = speech::kSpeechRate_hz / kMetricRate_hz,
                   kHalf = speech::kSpeechRate_hz / 40;
    std::vector<double> rms(num_frames);
    const auto size = static_cast<long>(speech.size());
    for (std::size_t i = 0; i < num_frames; ++i) {
        const long centre = static_cast<long>(i) * kStep;
        double sum = 0;
        for (long k = std::max(0L, centre - kHalf); k < std::min(size, centre + kHalf); ++k) {
            sum += static_cast<double>(speech[k]) * static_cast<double>(speech[k]);
        }
        rms[i] = std::sqrt(sum / (2 * kHalf));
    }
    return rms;
}

std::vector<std::string> phone_of_frames(const std::vector<speech::Phone>& phones,
                                         std::size_t num_frames) {
    std::vector<std::string> names(num_frames);
    for (const speech::Phone& phone : phones) {
        const double end = (phone.start_s + phone.duration_s) * kMetricRate_hz;
        for (auto i = static_cast<std::size_t>(std::ceil(phone.start_s * kMetricRate_hz - 1e-6));
             i < num_frames && static_cast<double>(i) < end - 1e-6;
             ++i) {
            names[i] = phone.name;
        }
    }
    return names;
}

std::vector<bool> speaking_frames(const MotionSample& sample, std::size_t num_frames) {
    if (!sample.phones.empty()) {
        std::vector<bool> silent;
        for (const std::string& name : phone_of_frames(sample.phones, num_frames)) {
            silent.push_back(name.empty() || name == "SIL");
        }
        return without_long_runs(silent);
    }
    if (!sample.speech.empty()) {
        return without_long_runs(quiet_frames(sample.speech, num_frames));
    }
    std::vector<bool> all(num_frames, true);
    return all;
}

Peak find_peak(const LagCurve& curve) {
    const auto best = std::max_element(curve.begin(), curve.end());
    if (*best == 0) {
        return {};
    }
    if (*best < 0) {
        return {kNoValue, *best};  // mouth and speech are unrelated
    }
    return {static_cast<double>(best - curve.begin() - kMaxLag), *best};
}

void measure_phones(const FaceCurves& curves,
                    const std::vector<speech::Phone>& phones,
                    const std::vector<bool>& speaking,
                    const PhoneOpenings& openings,
                    MotionMetrics& metrics) {
    const std::size_t n = curves.num_frames();
    const std::vector<std::string> names = phone_of_frames(phones, n);
    measure_closures(curves, phones, metrics.mouth_mean, metrics);
    std::vector<double> dental, round;
    for (std::size_t i = 0; i < n; ++i) {
        if (is_one_of(names[i], {"F", "V"})) {
            dental.push_back(curves.opening[i]);
        }
        if (speaking[i]) {
            round.push_back(curves.rounding[i]);
        }
    }
    if (metrics.mouth_mean > 0) {
        metrics.dental = mean(dental) / metrics.mouth_mean;
    }
    const double mean_round = mean(round);
    int rounded = 0, num_round = 0;
    for (const speech::Phone& phone : phones) {
        if (is_one_of(phone.name, {"UW", "OW", "W"})) {
            std::vector<double> during;
            const FrameRange wide(phone, static_cast<int>(n));
            for (int i = wide.begin + 1; i < wide.end - 1; ++i) {
                during.push_back(curves.rounding[i]);
            }
            num_round += during.empty() ? 0 : 1;
            rounded += !during.empty() && mean(during) > mean_round ? 1 : 0;
        }
    }
    metrics.rounding = share_of(rounded, num_round);
    metrics.num_rounded = num_round;
    if (openings.empty()) {
        return;
    }
    std::vector<double> expected(n);
    std::vector<bool> known(n);
    for (std::size_t i = 0; i < n; ++i) {
        const auto found = openings.find(names[i]);
        known[i] = found != openings.end();
        expected[i] = known[i] ? found->second : 0;
    }
    for (int lag = -kMaxLag; lag <= kMaxLag; ++lag) {
        metrics.phone_curve[lag + kMaxLag] =
            lagged_correlation(curves.opening, expected, lag, known);
    }
    const Peak peak = find_peak(metrics.phone_curve);
    metrics.phone_offset = peak.lag;
    metrics.phone_corr = peak.value;
}

}  // namespace vasa::eval
