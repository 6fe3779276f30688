// SPDX-License-Identifier: Apache-2.0
#include "rules/face_rules.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace vasa::drive {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr double kRadPerDegree = kPi / 180.0;
constexpr double kStep_s = 1.0 / core::kTrackRate_hz;

// Spread of head motion within clips of talking heads, and the share of it that is used here: rules
// know less than people about when it is time for a large move.
constexpr double kSwayShare = 0.6;
constexpr double kYawStd_deg = 5.1;
constexpr double kPitchStd_deg = 3.2;
constexpr double kRollStd_deg = 3.4;
constexpr double kSidewaysStd_cm = 1.0;
constexpr double kUpStd_cm = 0.8;
constexpr double kDepthStd_cm = 0.66;

/// Samples between those that slow_process() evaluates: slow enough for lines between them.
constexpr std::size_t kSlowStride = 4;

constexpr double kBlinkClose_s = 0.05;
constexpr double kBlinkShut_s = 0.042;
constexpr double kBlinkOpen_s = 0.11;
constexpr double kBlinkSpread = 0.6;  // sigma of the logarithm of the intervals
constexpr double kDoubleBlinks = 0.12;

double duration_s(const core::Track& track) {
    return static_cast<double>(track.size()) * kStep_s;
}

double smooth01(double x) {
    x = std::clamp(x, 0.0, 1.0);
    return x * x * (3.0 - 2.0 * x);
}

/// Adds a bump of a raised cosine that is largest at `centre_s`.
void add_bump(core::Track& track, double centre_s, double rise_s, double fall_s, double height) {
    const int from = std::max(0, static_cast<int>((centre_s - rise_s) * core::kTrackRate_hz));
    const int to = std::min(static_cast<int>(track.size()) - 1,
                            static_cast<int>((centre_s + fall_s) * core::kTrackRate_hz) + 1);
    for (int i = from; i <= to; ++i) {
        const double offset = i * kStep_s - centre_s;
        const double x = offset < 0.0 ? 1.0 + offset / rise_s : 1.0 - offset / fall_s;
        track[i] += static_cast<float>(height * smooth01(x));
    }
}

void add_blink(core::Track& lids, double start_s) {
    const double end_s = start_s + kBlinkClose_s + kBlinkShut_s + kBlinkOpen_s;
    const int from = std::max(0, static_cast<int>(start_s * core::kTrackRate_hz));
    const int to = std::min(static_cast<int>(lids.size()) - 1,
                            static_cast<int>(end_s * core::kTrackRate_hz) + 1);
    for (int i = from; i <= to; ++i) {
        const double time_s = i * kStep_s - start_s;
        const double closing = smooth01(time_s / kBlinkClose_s);
        const double opening = smooth01((time_s - kBlinkClose_s - kBlinkShut_s) / kBlinkOpen_s);
        lids[i] = std::max(lids[i], static_cast<float>(closing * (1.0 - opening)));
    }
}

/// Clock that runs faster in loud speech and slower in silence.
std::vector<double> speech_clock(const SpeechEvents& events, double silent_rate) {
    std::vector<double> clock(events.speaking.size());
    double now_s = 0.0;
    for (std::size_t i = 0; i < clock.size(); ++i) {
        clock[i] = now_s;
        const double talking = 0.9 + 0.3 * static_cast<double>(events.loud[i]);
        now_s += kStep_s * (silent_rate + (talking - silent_rate) * events.speaking[i]);
    }
    return clock;
}

}  // namespace

SpeechEvents find_events(const speech::SpeechTraits& traits) {
    constexpr int kPause = core::kTrackRate_hz / 4;
    constexpr int kPeakReach = 3 * core::kTrackRate_hz / 10;
    constexpr float kStress_db = 2.0F;
    SpeechEvents events;
    events.speaking = core::smooth_gaussian(core::sliding_max(traits.loudness, 15, 15), 12.0F);
    events.loud = core::smooth_gaussian(traits.loudness, 25.0F);
    const int num = static_cast<int>(traits.loudness.size());
    int last_active = -1;
    for (int i = 0; i < num; ++i) {
        if (traits.loudness[i] > 0.1F) {
            last_active = i;
        } else if (last_active >= 0 && i - last_active == kPause) {
            events.pauses.push_back(last_active * kStep_s);
        }
    }
    const core::Track level = core::smooth_gaussian(traits.level_db, 4.0F);
    const core::Track highest = core::sliding_max(level, kPeakReach, kPeakReach);
    for (int i = 1; i + 1 < num; ++i) {
        if (traits.vowel[i] > 0.5F && level[i] == highest[i] && level[i] > kStress_db &&
            (events.stresses.empty() || i * kStep_s - events.stresses.back() > 0.5)) {
            events.stresses.push_back(i * kStep_s);
        }
    }
    return events;
}

core::Track make_blinks(const SpeechEvents& events, float rate_per_min, core::Rng rng) {
    core::Track lids(events.speaking.size(), 0.0F);
    if (rate_per_min <= 0.0F) {
        return lids;
    }
    const double end_s = duration_s(lids);
    const double mean_s = 60.0 / static_cast<double>(rate_per_min) * (1.0 + kDoubleBlinks);
    const double log_median = std::log(mean_s) - 0.5 * kBlinkSpread * kBlinkSpread;
    const double least_s = std::min(0.35, 0.5 * mean_s);
    double planned_s = mean_s * rng.uniform(0.2, 1.0);
    double last_s = -1.0;
    while (planned_s < end_s) {
        // A pause near the planned moment attracts the blink; the plan goes on unshifted, so that
        // the rate stays.
        double start_s = planned_s;
        const bool attracted = rng.uniform() < 0.7;
        const auto pause =
            std::lower_bound(events.pauses.begin(), events.pauses.end(), planned_s - 0.4);
        if (attracted && pause != events.pauses.end() && *pause < planned_s + 0.8) {
            start_s = *pause + rng.uniform(0.02, 0.15);
        }
        start_s = std::max(start_s, last_s + least_s);
        add_blink(lids, start_s);
        last_s = start_s;
        if (rng.uniform() < kDoubleBlinks) {
            last_s = start_s + rng.uniform(0.24, 0.34);
            add_blink(lids, last_s);
        }
        planned_s += std::max(least_s, std::exp(log_median + kBlinkSpread * rng.normal()));
    }
    return lids;
}

GazeTracks make_gaze(const SpeechEvents& events, core::Rng rng) {
    constexpr double kSaccade_s = 0.045;
    const std::size_t num = events.speaking.size();
    GazeTracks gaze{core::Track(num, 0.0F), core::Track(num, 0.0F)};
    double from_yaw = 0.0;
    double from_pitch = 0.0;
    double to_yaw = 0.0;
    double to_pitch = 0.0;
    double saccade_s = 0.0;
    double next_s = rng.uniform(0.4, 1.5);
    for (std::size_t i = 0; i < num; ++i) {
        const double now_s = static_cast<double>(i) * kStep_s;
        if (now_s >= next_s) {
            saccade_s = next_s;
            next_s += 0.5 * std::exp(rng.uniform() * std::log(5.0));  // 0.5 to 2.5 s
            from_yaw = to_yaw;
            from_pitch = to_pitch;
            // Away from where it was by 1 to 3 degrees, rather sideways, and drawn to the camera.
            const double size = rng.uniform(1.0, 3.0) * kRadPerDegree;
            const double distance = std::hypot(from_yaw, from_pitch);
            const bool back = distance > 1.0 * kRadPerDegree && rng.uniform() < 0.65;
            double angle = back ? std::atan2(-from_pitch, -from_yaw) + 0.3 * rng.normal()
                                : rng.uniform(0.0, 2.0 * kPi);
            to_yaw = from_yaw + size * std::cos(angle);
            to_pitch = from_pitch + (back ? 1.0 : 0.6) * size * std::sin(angle);
        }
        const double share = smooth01((now_s - saccade_s) / kSaccade_s);
        gaze.yaw[i] = static_cast<float>(from_yaw + share * (to_yaw - from_yaw));
        gaze.pitch[i] = static_cast<float>(from_pitch + share * (to_pitch - from_pitch));
    }
    return gaze;
}

BrowTracks make_brows(const SpeechEvents& events, core::Rng rng) {
    const std::vector<double> clock = speech_clock(events, 0.5);
    const core::Track common = slow_process(clock, 1.0, rng.fork(1));
    const core::Track left = slow_process(clock, 1.0, rng.fork(2));
    const core::Track right = slow_process(clock, 1.0, rng.fork(3));
    const core::Track inner = slow_process(clock, 1.0, rng.fork(4));
    const std::size_t num = clock.size();
    core::Track raise(num, 0.0F);
    core::Rng pick = rng.fork(5);
    for (const double stress_s : events.stresses) {
        const bool taken = pick.uniform() < 0.5;
        const double height = pick.uniform(0.08, 0.22);
        if (taken) {
            add_bump(raise, stress_s, 0.22, 0.4, height);
        }
    }
    BrowTracks brows{core::Track(num), core::Track(num), core::Track(num)};
    for (std::size_t i = 0; i < num; ++i) {
        // One part common to 0.42 parts of its own gives sides that correlate at 0.85.
        const auto brow = [&](float own) {
            return std::clamp(0.05F + 0.05F * (common[i] + 0.42F * own) + raise[i], 0.0F, 1.0F);
        };
        brows.outer_left[i] = 0.8F * brow(left[i]);
        brows.outer_right[i] = 0.8F * brow(right[i]);
        brows.inner[i] = brow(inner[i]);
    }
    return brows;
}

std::vector<head::Pose> make_head(const SpeechEvents& events, float strength, core::Rng rng) {
    const std::vector<double> clock = speech_clock(events, 0.6);
    const std::size_t num = clock.size();
    std::array<core::Track, 6> sway;  // yaw, pitch, roll, and what x, y, z have of their own
    for (std::size_t k = 0; k < sway.size(); ++k) {
        sway[k] = slow_process(clock, 1.0, rng.fork(10 + k));
    }
    core::Track nod_deg(num, 0.0F);
    core::Rng pick = rng.fork(20);
    for (const double stress_s : events.stresses) {
        const bool taken = pick.uniform() < 0.6;
        const double height = pick.uniform(0.8, 2.2);
        if (taken) {
            add_bump(nod_deg, stress_s + 0.04, 0.25, 0.45, height);
        }
    }
    const double breath_phase = rng.fork(21).uniform(0.0, 2.0 * kPi);
    std::vector<head::Pose> poses(num);
    for (std::size_t i = 0; i < num; ++i) {
        const double sized = static_cast<double>(strength) * kSwayShare *
                             (0.7 + 0.3 * static_cast<double>(events.speaking[i]));
        const double time_s = static_cast<double>(i) * kStep_s;
        const double breath = std::sin(2.0 * kPi * 0.25 * time_s + breath_phase);
        const double pitch_deg =
            sized * kPitchStd_deg * sway[1][i] +
            static_cast<double>(strength) * (0.1 * breath - static_cast<double>(nod_deg[i]));
        head::Pose& pose = poses[i];
        pose.yaw_rad = static_cast<float>(kRadPerDegree * sized * kYawStd_deg * sway[0][i]);
        pose.pitch_rad = static_cast<float>(kRadPerDegree * pitch_deg);
        pose.roll_rad = static_cast<float>(kRadPerDegree * sized * kRollStd_deg * sway[2][i]);
        // Sideways and up-down follow yaw and pitch as measured (r = 0.45 and -0.83).
        pose.x_cm =
            static_cast<float>(sized * kSidewaysStd_cm * (0.45 * sway[0][i] + 0.89 * sway[3][i]));
        pose.y_cm = static_cast<float>(sized * kUpStd_cm * (-0.8 * sway[1][i] + 0.6 * sway[4][i]) +
                                       static_cast<double>(strength) * 0.04 * breath);
        pose.z_cm = static_cast<float>(sized * kDepthStd_cm * sway[5][i]);
    }
    return poses;
}

core::Track slow_process(const std::vector<double>& clock_s, double max_hz, core::Rng rng) {
    // Shares of the variance by band as measured on talking heads, for max_hz = 1.
    struct Band {
        double low, high, variance;
    };
    constexpr std::array<Band, 3> kBands = {
        {{0.06, 0.25, 0.53}, {0.25, 0.5, 0.26}, {0.5, 1.0, 0.21}}};
    constexpr int kPerBand = 5;
    struct Wave {
        double omega, phase, amplitude;
    };
    std::vector<Wave> waves;
    for (const Band& band : kBands) {
        for (int k = 0; k < kPerBand; ++k) {
            const double share = (k + rng.uniform()) / kPerBand;
            const double hz = max_hz * (band.low + share * (band.high - band.low));
            waves.push_back({2.0 * kPi * hz,
                             rng.uniform(0.0, 2.0 * kPi),
                             std::sqrt(2.0 * band.variance / kPerBand)});
        }
    }
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
            const double share =
                end > i ? static_cast<double>(k - i) / static_cast<double>(end - i) : 0.0;
            result[k] = static_cast<float>(first + share * (last - first));
        }
    }
    return result;
}

SlowPiece::SlowPiece(std::size_t first, std::size_t end, const core::Rational& fps)
    : num_before_(first % kSlowStride), num_frames_(end - first) {
    // Whole strides, so that it does not matter where a piece begins and ends.
    for (std::size_t i = first - num_before_; i < end + kSlowStride; ++i) {
        clock_s_.push_back(static_cast<double>(i) / fps.value());
    }
}

core::Track SlowPiece::process(double max_hz, core::Rng rng) const {
    const core::Track whole = slow_process(clock_s_, max_hz, rng);
    const auto begin = whole.begin() + static_cast<std::ptrdiff_t>(num_before_);
    return {begin, begin + static_cast<std::ptrdiff_t>(num_frames_)};
}

}  // namespace vasa::drive
