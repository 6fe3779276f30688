// SPDX-License-Identifier: Apache-2.0
#include "rules/face_rules.h"

#include "rules/slow_process.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

namespace vasa::drive {
namespace {

using speech::kAnalysisRate_hz;

constexpr double kPi = 3.14159265358979323846;
constexpr double kRadPerDegree = kPi / 180.0;
constexpr double kStep_s = 1.0 / kAnalysisRate_hz;

double duration_s(const core::Track& track) {
    return static_cast<double>(track.size()) * kStep_s;
}

double smooth01(double x) {
    x = std::clamp(x, 0.0, 1.0);
    return x * x * (3.0 - 2.0 * x);
}

/// Adds a raised-cosine bump that peaks at `centre_s`.
void add_bump(core::Track& track, double centre_s, double rise_s, double fall_s, double height) {
    const int from = std::max(0, static_cast<int>((centre_s - rise_s) * kAnalysisRate_hz));
    const int to = std::min(static_cast<int>(track.size()) - 1,
                            static_cast<int>((centre_s + fall_s) * kAnalysisRate_hz) + 1);
    for (int i = from; i <= to; ++i) {
        const double offset = i * kStep_s - centre_s;
        const double x = offset < 0.0 ? 1.0 + offset / rise_s : 1.0 - offset / fall_s;
        track[i] += static_cast<float>(height * smooth01(x));
    }
}

void add_blink(core::Track& lids, double start_s, const BlinkRuleParams& params) {
    const double end_s = start_s + params.close_s + params.shut_s + params.open_s;
    const int from = std::max(0, static_cast<int>(start_s * kAnalysisRate_hz));
    const int to =
        std::min(static_cast<int>(lids.size()) - 1, static_cast<int>(end_s * kAnalysisRate_hz) + 1);
    for (int i = from; i <= to; ++i) {
        const double time_s = i * kStep_s - start_s;
        const double closing = smooth01(time_s / params.close_s);
        const double opening = smooth01((time_s - params.close_s - params.shut_s) / params.open_s);
        lids[i] = std::max(lids[i], static_cast<float>(closing * (1.0 - opening)));
    }
}

/// Clock that runs faster in loud speech and slower in silence. Its rate is about 1 in speech, so
/// that the processes it drives have the measured frequencies.
std::vector<double> speech_clock(const SpeechEvents& events,
                                 double silent_rate,
                                 double tempo = 1.0) {
    constexpr double kFaintRate = 0.9, kRateOfLoudness = 0.3;
    std::vector<double> clock(events.speaking.size());
    double now_s = 0.0;
    for (std::size_t i = 0; i < clock.size(); ++i) {
        clock[i] = now_s;
        const double talking = kFaintRate + kRateOfLoudness * static_cast<double>(events.loud[i]);
        now_s += tempo * kStep_s * (silent_rate + (talking - silent_rate) * events.speaking[i]);
    }
    return clock;
}

}  // namespace

namespace {

/// Whether the face marks a stress: the loudest ones are the likeliest.
bool is_marked(const speech::Stress& stress, double chance, double spread, core::Rng& pick) {
    return static_cast<double>(stress.rank) + spread * (pick.uniform() - 0.5) > 1.0 - chance;
}

}  // namespace

core::Track make_nods(const SpeechEvents& events, core::Rng pick, const HeadRuleParams& params) {
    core::Track nod_deg(events.speaking.size(), 0.0F);
    for (const speech::Stress& stress : events.stresses) {
        const bool taken = is_marked(stress, params.nod_chance, params.choice_spread, pick);
        const double height = pick.uniform(params.min_nod_deg, params.max_nod_deg);
        if (taken) {
            add_bump(nod_deg,
                     stress.time_s + params.nod_delay_s,
                     params.nod_rise_s / params.tempo,
                     params.nod_fall_s / params.tempo,
                     height);
        }
    }
    return nod_deg;
}

core::Track make_blinks(const SpeechEvents& events,
                        float rate_per_min,
                        core::Rng rng,
                        const BlinkRuleParams& params) {
    core::Track lids(events.speaking.size(), 0.0F);
    if (rate_per_min <= 0.0F) {
        return lids;
    }
    const double end_s = duration_s(lids);
    // The first run begins the speech, the others resume it.
    const auto first_resumption = events.runs.begin() + (events.runs.empty() ? 0 : 1);
    const double mean_s = 60.0 / static_cast<double>(rate_per_min) * (1.0 + params.double_blinks);
    const double log_median = std::log(mean_s) - 0.5 * params.log_spread * params.log_spread;
    const double min_gap_s = std::min(params.min_gap_s, 0.5 * mean_s);
    double planned_s = mean_s * rng.uniform(params.first_min, 1.0);
    double last_s = -1.0;
    while (planned_s < end_s) {
        // Speech that resumes near the planned moment attracts the blink; the plan is not shifted,
        // so that the rate is kept.
        double start_s = planned_s;
        const bool attracted = rng.uniform() < params.attraction;
        const auto resumed =
            std::find_if(first_resumption, events.runs.end(), [&](const speech::SpeechRun& run) {
                return run.start_s >= planned_s - params.before_s;
            });
        if (attracted && resumed != events.runs.end() &&
            resumed->start_s < planned_s + params.after_s) {
            start_s = resumed->start_s + rng.uniform(params.delay_min_s, params.delay_max_s);
        }
        start_s = std::max(start_s, last_s + min_gap_s);
        add_blink(lids, start_s, params);
        last_s = start_s;
        if (rng.uniform() < params.double_blinks) {
            last_s = start_s + rng.uniform(params.double_min_s, params.double_max_s);
            add_blink(lids, last_s, params);
        }
        planned_s += std::max(min_gap_s, std::exp(log_median + params.log_spread * rng.normal()));
    }
    return lids;
}

namespace {

/// Moment by which an aversion that begins at `start_s` has to be over, or infinity.
double back_at_s(double start_s,
                 const SpeechEvents& events,
                 core::Rng& rng,
                 const GazeRuleParams& params) {
    for (const speech::SpeechRun& run : events.runs) {
        if (start_s >= run.start_s && start_s < run.end_s) {
            return rng.uniform() < params.back_chance ? run.end_s - params.back_s
                                                      : std::numeric_limits<double>::infinity();
        }
    }
    return std::numeric_limits<double>::infinity();
}

/// Adds looks away from the viewer to the fixations on it.
void add_aversions(const SpeechEvents& events,
                   core::Rng rng,
                   const GazeRuleParams& params,
                   GazeTracks& gaze) {
    std::vector<double> starts;
    for (const speech::SpeechRun& run : events.runs) {
        const bool taken = rng.uniform() < params.onset_chance;
        const double delay_s =
            std::max(params.onset_delay_s + params.onset_spread_s * rng.normal(), 0.0);
        if (taken) {
            starts.push_back(run.start_s + delay_s);
        }
    }
    for (std::size_t i = 0; i < events.speaking.size(); ++i) {
        const double speaking = static_cast<double>(events.speaking[i]);
        const double per_s =
            params.silent_per_s + (params.speaking_per_s - params.silent_per_s) * speaking;
        if (rng.uniform() < per_s * kStep_s) {
            starts.push_back(static_cast<double>(i) * kStep_s);
        }
    }
    std::sort(starts.begin(), starts.end());
    double free_s = 0.0;
    for (const double start_s : starts) {
        const double longest_s =
            std::min(back_at_s(start_s, events, rng, params) - start_s, params.max_away_s);
        const double length_s = std::min(
            params.median_away_s * std::exp(params.away_log_spread * rng.normal()), longest_s);
        const double size_rad =
            rng.uniform(params.min_away_deg, params.max_away_deg) * kRadPerDegree;
        const double angle = rng.uniform(0.0, 2.0 * kPi);
        if (start_s < free_s || length_s <= params.saccade_s) {
            continue;
        }
        free_s = start_s + length_s + params.min_fixation_s;
        const auto begin = static_cast<std::size_t>(start_s * kAnalysisRate_hz);
        const auto end = std::min(
            static_cast<std::size_t>((start_s + length_s + params.saccade_s) * kAnalysisRate_hz) +
                1,
            gaze.yaw.size());
        for (std::size_t i = begin; i < end; ++i) {
            const double since_s = static_cast<double>(i) * kStep_s - start_s;
            const double away = smooth01(since_s / params.saccade_s) *
                                (1.0 - smooth01((since_s - length_s) / params.saccade_s));
            gaze.yaw[i] += static_cast<float>(away * size_rad * std::cos(angle));
            gaze.pitch[i] +=
                static_cast<float>(away * params.vertical * size_rad * std::sin(angle));
        }
    }
}

}  // namespace

GazeTracks make_gaze(const SpeechEvents& events, core::Rng rng, const GazeRuleParams& params) {
    const double fixation_ratio = params.max_fixation_s / params.min_fixation_s;
    const std::size_t num = events.speaking.size();
    GazeTracks gaze{core::Track(num, 0.0F), core::Track(num, 0.0F)};
    double from_yaw = 0.0;
    double from_pitch = 0.0;
    double to_yaw = 0.0;
    double to_pitch = 0.0;
    double saccade_s = 0.0;
    double next_s = rng.uniform(params.first_min_s, params.first_max_s);
    for (std::size_t i = 0; i < num; ++i) {
        const double now_s = static_cast<double>(i) * kStep_s;
        if (now_s >= next_s) {
            saccade_s = next_s;
            next_s += params.min_fixation_s * std::exp(rng.uniform() * std::log(fixation_ratio));
            from_yaw = to_yaw;
            from_pitch = to_pitch;
            // Saccades lead away, mostly sideways, or back towards the camera.
            const double size =
                rng.uniform(params.min_saccade_deg, params.max_saccade_deg) * kRadPerDegree;
            const double distance = std::hypot(from_yaw, from_pitch);
            const bool back =
                distance > params.near_deg * kRadPerDegree && rng.uniform() < params.return_chance;
            double angle =
                back ? std::atan2(-from_pitch, -from_yaw) + params.return_spread_rad * rng.normal()
                     : rng.uniform(0.0, 2.0 * kPi);
            to_yaw = from_yaw + size * std::cos(angle);
            to_pitch = from_pitch + (back ? 1.0 : params.vertical) * size * std::sin(angle);
        }
        const double progress = smooth01((now_s - saccade_s) / params.saccade_s);
        gaze.yaw[i] = static_cast<float>(from_yaw + progress * (to_yaw - from_yaw));
        gaze.pitch[i] = static_cast<float>(from_pitch + progress * (to_pitch - from_pitch));
    }
    add_aversions(events, rng.fork(1), params, gaze);
    return gaze;
}

BrowTracks make_brows(const SpeechEvents& events, core::Rng rng, const BrowRuleParams& params) {
    const std::vector<double> clock = speech_clock(events, params.silent_rate);
    const core::Track common = slow_process(clock, params.max_hz, rng.fork(1));
    const core::Track left = slow_process(clock, params.max_hz, rng.fork(2));
    const core::Track right = slow_process(clock, params.max_hz, rng.fork(3));
    const core::Track inner = slow_process(clock, params.max_hz, rng.fork(4));
    const std::size_t num = clock.size();
    core::Track raise(num, 0.0F);
    core::Rng pick = rng.fork(5);
    const auto raise_at = [&](double time_s, bool taken) {
        const double height = pick.uniform(params.min_raise, params.max_raise);
        if (taken) {
            add_bump(raise, time_s, params.rise_s, params.fall_s, height);
        }
    };
    for (const speech::SpeechRun& run : events.runs) {
        raise_at(run.start_s + params.rise_s, pick.uniform() < params.onset_chance);
    }
    for (const speech::Stress& stress : events.stresses) {
        raise_at(stress.time_s,
                 is_marked(stress, params.stress_chance, params.choice_spread, pick));
    }
    BrowTracks brows{core::Track(num), core::Track(num), core::Track(num)};
    for (std::size_t i = 0; i < num; ++i) {
        const auto brow = [&](float own) {
            const float wander = params.rest + params.spread * (common[i] + params.own * own);
            return std::clamp(wander + raise[i], 0.0F, 1.0F);
        };
        brows.outer_left[i] = params.outer * brow(left[i]);
        brows.outer_right[i] = params.outer * brow(right[i]);
        brows.inner[i] = brow(inner[i]);
    }
    return brows;
}

std::vector<head::Pose> make_head(const SpeechEvents& events,
                                  float strength,
                                  core::Rng rng,
                                  const HeadRuleParams& params) {
    const std::vector<double> clock = speech_clock(events, params.silent_rate, params.tempo);
    const std::size_t num = clock.size();
    std::array<core::Track, 6> sway;  // yaw, pitch, roll, and the independent part of x, y, z
    for (std::size_t k = 0; k < sway.size(); ++k) {
        sway[k] = slow_process(clock, params.max_sway_hz, rng.fork(10 + k));
    }
    const core::Track nod_deg = make_nods(events, rng.fork(20), params);
    const double breath_phase = rng.fork(21).uniform(0.0, 2.0 * kPi);
    std::vector<head::Pose> poses(num);
    for (std::size_t i = 0; i < num; ++i) {
        const double sized =
            static_cast<double>(strength) * params.sway *
            (params.silent_sway + params.speech_sway * static_cast<double>(events.speaking[i]));
        const double time_s = static_cast<double>(i) * kStep_s;
        const double breath = std::sin(2.0 * kPi * params.breath_hz * time_s + breath_phase);
        const double pitch_deg = sized * params.pitch_deg * sway[1][i] +
                                 static_cast<double>(strength) *
                                     (params.breath_deg * breath - static_cast<double>(nod_deg[i]));
        head::Pose& pose = poses[i];
        pose.yaw_rad = static_cast<float>(kRadPerDegree * sized * params.yaw_deg * sway[0][i]);
        pose.pitch_rad = static_cast<float>(kRadPerDegree * pitch_deg);
        pose.roll_rad = static_cast<float>(kRadPerDegree * sized * params.roll_deg * sway[2][i]);
        pose.x_cm = static_cast<float>(
            sized * params.sideways_cm *
            (params.sideways_of_yaw * sway[0][i] + params.sideways_own * sway[3][i]));
        pose.y_cm = static_cast<float>(
            sized * params.up_cm * (params.up_of_pitch * sway[1][i] + params.up_own * sway[4][i]) +
            static_cast<double>(strength) * params.breath_cm * breath);
        pose.z_cm = static_cast<float>(sized * params.depth_cm * sway[5][i]);
    }
    return poses;
}

}  // namespace vasa::drive
