// SPDX-License-Identifier: Apache-2.0
// Purpose of the rules' constants: each property holds with the defaults and fails with a spoiled
// constant.
#include "driver_support.h"
#include "rules/face_rules.h"
#include "rules/mouth_rules.h"
#include "rules/slow_process.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "support/catch.h"

namespace {

using namespace vasa;
using namespace vasa::drive;
using namespace vasa::test;

/// Continuous speech without stresses or pauses.
SpeechEvents steady_speech(double seconds) {
    const auto num = static_cast<std::size_t>(seconds * speech::kAnalysisRate_hz);
    SpeechEvents events;
    events.speaking.assign(num, 1.0F);
    events.loud.assign(num, 0.3F);
    return events;
}

double spread_of(const core::Track& track) {
    double sum = 0, squares = 0;
    for (const float value : track) {
        sum += value;
        squares += static_cast<double>(value) * value;
    }
    const auto n = static_cast<double>(track.size());
    return std::sqrt(squares / n - sum / n * (sum / n));
}

core::Track yaw_of(const std::vector<head::Pose>& poses) {
    core::Track yaw;
    for (const head::Pose& pose : poses) {
        yaw.push_back(pose.yaw_rad);
    }
    return yaw;
}

float max_of(const core::Track& track) {
    return *std::max_element(track.begin(), track.end());
}

}  // namespace

TEST_CASE("gaps between words are not pauses, and only loud syllables are stresses") {
    SyntheticSpeech speech(21);
    constexpr int kNumSentences = 6;
    for (int i = 0; i < kNumSentences; ++i) {
        speech.silence(0.8).vowel(SyntheticSpeech::kA, 0.25, 0.2);
        speech.silence(0.22).vowel(SyntheticSpeech::kA, 0.25, 0.05);
    }
    speech.silence(0.8);
    const speech::SpeechTraits traits = speech::analyse_speech(speech.samples());
    const SpeechEvents events = find_events(traits);
    CHECK(events.runs.size() == kNumSentences);
    CHECK(events.stresses.size() == kNumSentences);
    speech::SpeechRunParams short_pauses;
    short_pauses.min_pause_s = 0.02;
    CHECK(find_events(traits, {}, short_pauses).runs.size() > kNumSentences);
    speech::SpeechEventParams spoiled;
    spoiled.min_stress_db = -20.0F;
    spoiled.min_stress_gap_s = 0.0;
    CHECK(find_events(traits, spoiled).stresses.size() > kNumSentences);
}

TEST_CASE("each blink has a frame with the eyes shut at 25 fps") {
    const auto all_shut = [](const BlinkRuleParams& params) {
        const core::Track lids = make_blinks(steady_speech(300), 18.0F, core::Rng(2), params);
        constexpr std::size_t kRowsPerFrame = speech::kAnalysisRate_hz / 25;
        bool result = true;
        float before = 0, now = 0;
        for (std::size_t i = 0; i < lids.size(); i += kRowsPerFrame) {
            const bool is_peak = now >= before && now > lids[i] && now > 0.1F;
            result &= !is_peak || now == 1.0F;
            before = now;
            now = lids[i];
        }
        return result;
    };
    CHECK(all_shut({}));
    BlinkRuleParams spoiled;
    spoiled.shut_s = 0.01;
    CHECK_FALSE(all_shut(spoiled));
}

TEST_CASE("blinks gather where speech resumes") {
    SpeechEvents events = steady_speech(600);
    for (double start_s = 0.0; start_s < 600.0; start_s += 2.0) {
        events.runs.push_back({start_s, start_s + 1.5});
    }
    const auto near_onsets = [&](const BlinkRuleParams& params) {
        const core::Track lids = make_blinks(events, 18.0F, core::Rng(3), params);
        int num = 0, num_near = 0;
        for (std::size_t i = 1; i < lids.size(); ++i) {
            if (lids[i] > 0.0F && lids[i - 1] == 0.0F) {
                const double time_s = static_cast<double>(i) / speech::kAnalysisRate_hz;
                ++num;
                num_near += std::fmod(time_s, 2.0) < 0.4 ? 1 : 0;
            }
        }
        return static_cast<double>(num_near) / num;
    };
    CHECK(near_onsets({}) > 0.5);
    BlinkRuleParams spoiled;
    spoiled.attraction = 0.0;
    CHECK(near_onsets(spoiled) < 0.4);
}

TEST_CASE("the gaze stays with the camera and rests between its jumps") {
    const auto measure = [](const GazeRuleParams& params) {
        const GazeTracks gaze = make_gaze(steady_speech(300), core::Rng(4), params);
        double squares = 0;
        int num_moving = 0;
        for (std::size_t i = 1; i < gaze.yaw.size(); ++i) {
            squares += gaze.yaw[i] * gaze.yaw[i] + gaze.pitch[i] * gaze.pitch[i];
            num_moving += gaze.yaw[i] != gaze.yaw[i - 1] ? 1 : 0;
        }
        const auto n = static_cast<double>(gaze.yaw.size());
        return std::pair(std::sqrt(squares / n) * 57.29578, num_moving / n);
    };
    const auto [distance_deg, moving] = measure({});
    CHECK(distance_deg < 4.0);
    CHECK(moving < 0.07);
    GazeRuleParams never_back, slow;
    never_back.return_chance = 0.0;
    CHECK(measure(never_back).first > 4.0);
    slow.saccade_s = 0.5;
    CHECK(measure(slow).second > 0.2);
}

TEST_CASE("the eyes look away just after speech begins, more in speech than in silence") {
    constexpr double kPeriod_s = 8.0;
    constexpr int kNumTurns = 200;
    SpeechEvents events = steady_speech(kPeriod_s * kNumTurns);
    for (std::size_t i = 0; i < events.speaking.size(); ++i) {
        const double time_s =
            std::fmod(static_cast<double>(i) / speech::kAnalysisRate_hz, kPeriod_s);
        events.speaking[i] = time_s < 4.0 ? 0.0F : 1.0F;  // each turn begins at 4 s
    }
    for (int i = 0; i < kNumTurns; ++i) {
        events.runs.push_back({kPeriod_s * i + 4.0, kPeriod_s * (i + 1)});
    }
    /// Share of the time with averted eyes between two moments of the period.
    const auto averted = [&](double from_s, double to_s, const GazeRuleParams& params) {
        const GazeTracks gaze = make_gaze(events, core::Rng(4), params);
        double num = 0, num_away = 0;
        for (std::size_t i = 0; i < gaze.yaw.size(); ++i) {
            const double time_s =
                std::fmod(static_cast<double>(i) / speech::kAnalysisRate_hz, kPeriod_s);
            if (time_s >= from_s && time_s < to_s) {
                num += 1;
                num_away += std::hypot(gaze.yaw[i], gaze.pitch[i]) > 0.087F ? 1 : 0;
            }
        }
        return num_away / num;
    };
    const GazeRuleParams usual;
    CHECK(averted(4.3, 4.9, usual) > 1.5 * averted(6.0, 8.0, usual));
    CHECK(averted(6.0, 8.0, usual) > 1.5 * averted(1.0, 3.5, usual));
    // They are back before it ends.
    CHECK(averted(7.6, 8.0, usual) < 0.8 * averted(6.0, 7.0, usual));
    GazeRuleParams no_onset, same, stay;
    stay.back_chance = 0.0;
    CHECK(averted(7.6, 8.0, stay) > 0.8 * averted(6.0, 7.0, stay));
    no_onset.onset_chance = 0.0;
    CHECK(averted(4.3, 4.9, no_onset) < 1.5 * averted(6.0, 8.0, no_onset));
    same.silent_per_s = same.speaking_per_s;
    CHECK(averted(6.0, 8.0, same) < 1.5 * averted(1.0, 3.5, same));
}

TEST_CASE("brows move together, a little apart") {
    const auto together = [](const BrowRuleParams& params) {
        const BrowTracks brows = make_brows(steady_speech(600), core::Rng(5), params);
        return correlation(brows.outer_left, brows.outer_right, 0);
    };
    CHECK(together({}) == Approx(0.85).margin(0.08));
    BrowRuleParams spoiled;
    spoiled.own = 2.0F;
    CHECK(together(spoiled) < 0.6);
}

TEST_CASE("the head sways by a fraction of what people do, sideways as it turns") {
    const auto sway_deg = [](const HeadRuleParams& params) {
        return spread_of(yaw_of(make_head(steady_speech(900), 1.0F, core::Rng(6), params))) *
               57.29578;
    };
    CHECK(sway_deg({}) == Approx(0.6 * 5.1).epsilon(0.2));
    HeadRuleParams spoiled;
    spoiled.sway = 1.0;
    CHECK(sway_deg(spoiled) > 1.2 * 0.6 * 5.1);
    const auto sideways_of_yaw = [](const HeadRuleParams& params) {
        const auto poses = make_head(steady_speech(900), 1.0F, core::Rng(6), params);
        core::Track x;
        for (const head::Pose& pose : poses) {
            x.push_back(pose.x_cm);
        }
        return correlation(yaw_of(poses), x, 0);
    };
    CHECK(sideways_of_yaw({}) == Approx(0.45).margin(0.2));
    spoiled.sideways_of_yaw = 0.0;
    CHECK(sideways_of_yaw(spoiled) < 0.2);
}

TEST_CASE("nods come with stresses") {
    SpeechEvents events = steady_speech(60);
    for (double stress_s = 1.0; stress_s < 60.0; stress_s += 1.5) {
        events.stresses.push_back({stress_s, 0.5F});
    }
    const auto lowest_pitch_deg = [&](HeadRuleParams params) {
        params.sway = 0.0;
        float lowest = 0;
        for (const head::Pose& pose : make_head(events, 1.0F, core::Rng(7), params)) {
            lowest = std::min(lowest, pose.pitch_rad * 57.29578F);
        }
        return lowest;
    };
    CHECK(lowest_pitch_deg({}) < -1.5F);
    HeadRuleParams spoiled;
    spoiled.nod_chance = 0.0;
    CHECK(lowest_pitch_deg(spoiled) > -0.2F);
}

TEST_CASE("a slow process has spread 1 and nothing faster than asked for") {
    std::vector<double> clock_s(60000);
    for (std::size_t i = 0; i < clock_s.size(); ++i) {
        clock_s[i] = 0.01 * static_cast<double>(i);
    }
    const auto crossings_hz = [&](const SlowProcessParams& params) {
        const core::Track track = slow_process(clock_s, 1.0, core::Rng(8), params);
        int num = 0;
        for (std::size_t i = 1; i < track.size(); ++i) {
            num += (track[i] < 0) != (track[i - 1] < 0) ? 1 : 0;
        }
        return num / 600.0;
    };
    CHECK(spread_of(slow_process(clock_s, 1.0, core::Rng(8))) == Approx(1.0).epsilon(0.1));
    CHECK(crossings_hz({}) < 2.0);  // a wave of 1 Hz crosses 0 twice a second
    SlowProcessParams spoiled;
    spoiled.bands[2] = {2.0, 5.0, 2.0};
    CHECK(crossings_hz(spoiled) > 2.0);
    CHECK(spread_of(slow_process(clock_s, 1.0, core::Rng(8), spoiled)) > 1.2);
}

TEST_CASE("the jaw of vowels is open by about a fifth") {
    SyntheticSpeech speech(22);
    speech.babble(60.0);
    const speech::SpeechTraits traits = speech::analyse_speech(speech.samples());
    const auto mean_jaw = [&](const MouthRuleParams& params) {
        const MouthTracks mouth = make_mouth_tracks(traits, 1.0F, params);
        double sum = 0;
        int num = 0;
        for (std::size_t i = 0; i < traits.activity.size(); ++i) {
            if (traits.activity[i] > 0.5F) {
                sum += mouth.jaw_open[i];
                ++num;
            }
        }
        return sum / num;
    };
    CHECK(mean_jaw({}) == Approx(0.2).margin(0.05));
    MouthRuleParams spoiled;
    spoiled.jaw = 1.0F;
    CHECK(mean_jaw(spoiled) > 0.25);
}

TEST_CASE("short closures shut the lips, which never overlap") {
    SyntheticSpeech speech(23);
    speech.silence(0.5);
    for (int i = 0; i < 6; ++i) {
        speech.vowel(SyntheticSpeech::kA, 0.3).silence(0.08);
    }
    speech.vowel(SyntheticSpeech::kA, 0.3).silence(0.5);
    const speech::SpeechTraits traits = speech::analyse_speech(speech.samples());
    const auto overlaps = [&](const MouthRuleParams& params) {
        const MouthTracks mouth = make_mouth_tracks(traits, 1.0F, params);
        bool result = false;
        for (std::size_t i = 0; i < mouth.close.size(); ++i) {
            result |= mouth.close[i] > mouth.jaw_open[i];
        }
        return result;
    };
    CHECK(max_of(make_mouth_tracks(traits, 1.0F).press) > 0.2F);
    CHECK_FALSE(overlaps({}));
    MouthRuleParams spoiled;
    spoiled.is_shut = 3.0F;
    CHECK(max_of(make_mouth_tracks(traits, 1.0F, spoiled).press) < 0.1F);
    spoiled = {};
    spoiled.seal = 1.5F;
    CHECK(overlaps(spoiled));
}

TEST_CASE("back vowels round the lips and fricatives part them") {
    SyntheticSpeech speech(24);
    speech.silence(0.5).vowel(SyntheticSpeech::kU, 0.5).silence(0.5).fricative(0.4).silence(0.5);
    speech.vowel(SyntheticSpeech::kI, 0.5).silence(0.5);
    const speech::SpeechTraits traits = speech::analyse_speech(speech.samples());
    const MouthTracks mouth = make_mouth_tracks(traits, 1.0F);
    CHECK(max_of(mouth.pucker) > 0.15F);
    CHECK(mouth.lower_down[170] > 0.05F);  // 1.7 s: within the fricative
    MouthRuleParams spoiled;
    spoiled.pucker = 0.05F;
    spoiled.hiss_lower_down = 0.0F;
    const MouthTracks other = make_mouth_tracks(traits, 1.0F, spoiled);
    CHECK(max_of(other.pucker) < 0.15F);
    CHECK(other.lower_down[170] < 0.05F);
}
