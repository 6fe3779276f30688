// SPDX-License-Identifier: Apache-2.0
#include "vasa/eval/motion_metrics.h"

#include "motion/curve_metrics.h"
#include "motion/face_events.h"
#include "motion/lip_curves.h"
#include "motion/phone_metrics.h"
#include "statistics.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace vasa::eval {
namespace {

using core::Error;
using core::ErrorKind;
using motion::MotionClip;

constexpr double kPercent = 100.0;

void measure_lips(const FaceCurves& curves,
                  const std::vector<bool>& speaking,
                  MotionMetrics& metrics) {
    std::vector<double> spoken, silent, width;
    for (std::size_t i = 0; i < curves.num_frames(); ++i) {
        (speaking[i] ? spoken : silent).push_back(curves.opening[i]);
        if (speaking[i]) {
            width.push_back(curves.width[i]);
        }
    }
    metrics.width_std = deviation(width);
    metrics.gap_width_corr = correlation(spoken, width);
    metrics.mouth_mean = mean(spoken);
    metrics.mouth_std = deviation(spoken);
    metrics.mouth_p95 = quantile_of(spoken, 0.95);
    const double centre = median_of(silent);
    for (double& v : silent) {
        v = std::abs(v - centre);
    }
    metrics.silent_lip = median_of(silent);
    double sum = 0;
    for (const std::vector<double>& pair : curves.lip_pairs) {
        sum += deviation(pair);
    }
    metrics.lip_dynamics = kPercent * sum / static_cast<double>(curves.lip_pairs.size());
}

void measure_head(const MotionClip& clip, MotionMetrics& metrics) {
    std::array<std::vector<double>, 3> angles, steps, places;
    for (std::size_t i = 0; i < clip.frames.size(); ++i) {
        const head::Pose& p = clip.frames[i].pose;
        const double now_deg[3] = {
            kDegrees * p.yaw_rad, kDegrees * p.pitch_rad, kDegrees * p.roll_rad};
        const double place_cm[3] = {p.x_cm, p.y_cm, p.z_cm};
        for (int k = 0; k < 3; ++k) {
            if (i > 0) {
                steps[k].push_back(now_deg[k] - angles[k].back());
            }
            angles[k].push_back(now_deg[k]);
            places[k].push_back(place_cm[k]);
        }
    }
    metrics.pose_delta = mean(turns_deg(clip));
    double spread = 0, liveliness = 0, shift = 0;
    for (int k = 0; k < 3; ++k) {
        spread += deviation(angles[k]) / 3;
        liveliness += variance(steps[k]) / 3;
        shift += variance(places[k]) / 3;
    }
    metrics.head_spread = spread;
    metrics.head_motion = std::sqrt(spread * liveliness + shift);
}

double jerk_percentile(const std::vector<std::vector<Eigen::Vector2d>>& tracks) {
    std::vector<double> sizes;
    for (const auto& track : tracks) {
        for (std::size_t i = 0; i + 3 < track.size(); ++i) {
            sizes.push_back(kPercent * third_difference(track, i).norm());
        }
    }
    return quantile_of(std::move(sizes), 0.95);
}

double joint_ratio(const FaceCurves& curves, const std::vector<int>& joints) {
    std::vector<double> across, elsewhere;
    for (const auto* tracks : {&curves.lips, &curves.head}) {
        for (const auto& track : *tracks) {
            for (std::size_t i = 0; i + 3 < track.size(); ++i) {
                // A difference over frames i..i+3 crosses a joint before frame i+1, i+2 or i+3.
                const auto first = static_cast<int>(i);
                const bool crosses = std::any_of(joints.begin(), joints.end(), [&](int joint) {
                    return joint > first && joint <= first + 3;
                });
                (crosses ? across : elsewhere).push_back(third_difference(track, i).norm());
            }
        }
    }
    const double base = mean(elsewhere);
    return base > 0 ? mean(across) / base : kNoValue;
}

double range_of(const std::vector<double>& values) {
    return quantile_of(values, 0.95) - quantile_of(values, 0.05);
}

void measure_eyes(const FaceCurves& curves, MotionMetrics& metrics) {
    std::vector<double> least;
    for (const Blink& blink : find_blinks(curves.eye_opening)) {
        least.push_back(blink.least);
    }
    metrics.num_blinks = static_cast<int>(least.size());
    metrics.blinks = 60.0 * metrics.num_blinks / metrics.duration_s;
    metrics.blink_least = mean(least);
    metrics.brow_std = 0.5 * (deviation(curves.brow[0]) + deviation(curves.brow[1]));
    metrics.gaze_std = std::sqrt(variance(curves.pupil[0]) + variance(curves.pupil[1]));
    metrics.brow_range = 0.5 * (range_of(curves.brow[0]) + range_of(curves.brow[1]));
    metrics.gaze_range = std::hypot(range_of(curves.pupil[0]), range_of(curves.pupil[1]));
    metrics.lid_mean = mean(curves.eye_opening);
    metrics.lid_std = deviation(curves.eye_opening);
    metrics.lid_p90 = quantile_of(curves.eye_opening, 0.9);
}

/// Speed of the head while talking / in pauses.
void measure_talk_pause(const MotionClip& clip,
                        const std::vector<float>& speech,
                        MotionMetrics& metrics) {
    const std::vector<double> turns = turns_deg(clip);
    metrics.turns =
        sum_turns(turns, turns.size(), speech::find_runs(speech::analyse_speech(speech)));
    metrics.talk_pause_ratio = metrics.turns.ratio();
}

double best_correlation(const std::vector<double>& opening, const std::vector<double>& reference) {
    double best = -1;
    for (int lag = -1; lag <= 1; ++lag) {
        best = std::max(best, lagged_correlation(opening, reference, lag));
    }
    return best;
}

}  // namespace

std::vector<double> turns_deg(const MotionClip& clip) {
    std::vector<double> turns;
    for (std::size_t i = 1; i < clip.frames.size(); ++i) {
        const Eigen::Matrix3d turn = head::rotation_from_pose(clip.frames[i - 1].pose).transpose() *
                                     head::rotation_from_pose(clip.frames[i].pose);
        // The sine is exact near 0, where the cosine is not.
        const double sine =
            0.5 * Eigen::Vector3d(
                      turn(2, 1) - turn(1, 2), turn(0, 2) - turn(2, 0), turn(1, 0) - turn(0, 1))
                      .norm();
        turns.push_back(kDegrees * std::atan2(sine, 0.5 * (turn.trace() - 1.0)));
    }
    return turns;
}

MotionClip at_metric_rate(const MotionClip& clip) {
    if (clip.frames.empty()) {
        throw Error(ErrorKind::Input, "cannot measure motion: 0 frames, expected 1 or more");
    }
    const core::Rational rate{kMetricRate_hz, 1};
    if (clip.fps.value() == rate.value()) {
        return clip;
    }
    const auto num_frames = static_cast<int>(std::lround(clip.duration_s() * kMetricRate_hz));
    return motion::resample_motion(clip, rate, std::max(1, num_frames));
}

struct MotionMeter::State {
    explicit State(const head::HeadModel& model) : basis(model) {}
    LandmarkBasis basis;
};

MotionMeter::MotionMeter(const head::HeadModel& model) : state_(std::make_unique<State>(model)) {}
MotionMeter::~MotionMeter() = default;
MotionMeter::MotionMeter(MotionMeter&&) noexcept = default;
MotionMeter& MotionMeter::operator=(MotionMeter&&) noexcept = default;

std::vector<double> MotionMeter::mouth_opening(const MotionClip& clip) const {
    return state_->basis.curves(at_metric_rate(clip)).opening;
}

FaceBehaviour MotionMeter::observe(const MotionSample& sample,
                                   const BehaviourParams& params) const {
    const MotionClip clip = at_metric_rate(sample.motion);
    return observe_behaviour(state_->basis.curves(clip), clip, sample.speech, params);
}

PhoneOpenings MotionMeter::learn_phones(const std::vector<MotionSample>& samples) const {
    constexpr int kMinFrames = 3;
    std::map<std::string, std::pair<double, int>> sums;
    for (const MotionSample& sample : samples) {
        if (sample.phones.empty()) {
            continue;
        }
        const std::vector<double> opening = mouth_opening(sample.motion);
        const std::vector<std::string> names = phone_of_frames(sample.phones, opening.size());
        for (std::size_t i = 0; i < opening.size(); ++i) {
            if (!names[i].empty()) {
                sums[names[i]].first += opening[i];
                ++sums[names[i]].second;
            }
        }
    }
    PhoneOpenings openings;
    for (const auto& [name, sum] : sums) {
        if (sum.second >= kMinFrames) {
            openings[name] = sum.first / sum.second;
        }
    }
    return openings;
}

MotionMetrics measure_curves(const FaceCurves& curves,
                             const MotionClip& clip,
                             const MotionSample& sample,
                             const PhoneOpenings& phone_openings) {
    const std::size_t num_frames = curves.num_frames();
    const std::vector<bool> speaking = speaking_frames(sample, num_frames);
    MotionMetrics metrics;
    metrics.duration_s = clip.duration_s();
    measure_lips(curves, speaking, metrics);
    measure_head(clip, metrics);
    metrics.jerk_lips = jerk_percentile(curves.lips);
    metrics.jerk_head = jerk_percentile(curves.head);
    measure_eyes(curves, metrics);
    if (!sample.speech.empty()) {
        const std::vector<double> rms = speech_rms(sample.speech, num_frames);
        LagCurve curve{};
        for (int lag = -kMaxLag; lag <= kMaxLag; ++lag) {
            curve[lag + kMaxLag] = lagged_correlation(curves.opening, rms, lag);
        }
        const Peak peak = find_peak(curve);
        metrics.sync_offset = peak.lag;
        metrics.sync_corr = peak.value;
        measure_talk_pause(clip, sample.speech, metrics);
    }
    if (!sample.phones.empty()) {
        measure_phones(curves, sample.phones, speaking, phone_openings, metrics);
    }
    if (!sample.joints.empty()) {
        metrics.joint_jerk = joint_ratio(curves, sample.joints);
    }
    return metrics;
}

MotionMetrics MotionMeter::measure(const MotionSample& sample,
                                   const PhoneOpenings& phone_openings,
                                   const MotionClip* reference) const {
    const MotionClip clip = at_metric_rate(sample.motion);
    const FaceCurves curves = state_->basis.curves(clip);
    MotionMetrics metrics = measure_curves(curves, clip, sample, phone_openings);
    if (reference != nullptr) {
        metrics.reference_corr = best_correlation(curves.opening, mouth_opening(*reference));
    }
    return metrics;
}

MotionMetrics median_metrics(const std::vector<MotionMetrics>& clips) {
    MotionMetrics result;
    for (const MotionMetricField& field : motion_metric_fields()) {
        std::vector<double> values;
        for (const MotionMetrics& clip : clips) {
            if (!std::isnan(clip.*field.value)) {
                values.push_back(clip.*field.value);
            }
        }
        result.*field.value = median_of(values);
    }
    double closed = 0, rounded = 0;
    for (const MotionMetrics& clip : clips) {
        closed += clip.num_bilabials > 0 ? clip.closures * clip.num_bilabials : 0;
        rounded += clip.num_rounded > 0 ? clip.rounding * clip.num_rounded : 0;
        result.num_bilabials += clip.num_bilabials;
        result.num_rounded += clip.num_rounded;
        result.num_blinks += clip.num_blinks;
        result.turns.add(clip.turns);
        result.duration_s += clip.duration_s;
        for (std::size_t i = 0; i < result.phone_curve.size(); ++i) {
            result.phone_curve[i] += clip.phone_curve[i] / static_cast<double>(clips.size());
        }
    }
    if (result.duration_s > 0) {
        result.blinks = 60.0 * result.num_blinks / result.duration_s;
    }
    result.talk_pause_ratio = result.turns.ratio();
    if (result.num_bilabials > 0) {
        result.closures = closed / result.num_bilabials;
    }
    if (result.num_rounded > 0) {
        result.rounding = rounded / result.num_rounded;
    }
    result.phone_offset = find_peak(result.phone_curve).lag;
    return result;
}

}  // namespace vasa::eval
