// SPDX-License-Identifier: Apache-2.0
#include "vasa/eval/speech_dependence.h"

#include "support/synthetic_face.h"
#include "support/synthetic_speech.h"

#include "vasa/core/error.h"
#include "vasa/core/filters.h"
#include "vasa/core/rng.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "support/catch.h"

namespace vasa::test {
namespace {

using eval::FaceBehaviour;
using eval::FaceChannel;
using eval::MotionMeter;
using eval::MotionSample;
using head::Action;
using motion::MotionFrame;

constexpr double kRate_hz = eval::kMetricRate_hz;
constexpr float kRadPerDegree = 3.14159265F / 180.0F;
constexpr int kNumClips = 8;

const MotionMeter& meter() {
    static const MotionMeter instance(support::load_head());
    return instance;
}

/// Clips of different speech, 9 to 16 s, with faces at rest.
const std::vector<MotionSample>& spoken_samples() {
    static const std::vector<MotionSample> samples = [] {
        std::vector<MotionSample> made;
        for (int i = 0; i < kNumClips; ++i) {
            SyntheticSpeech speech(static_cast<std::uint64_t>(40 + i));
            speech.silence(0.3 + 0.1 * i).babble(9 + i).silence(0.5);
            MotionSample sample;
            sample.speech = speech.samples();
            sample.motion.frames.resize(static_cast<std::size_t>(speech.duration_s() * kRate_hz));
            made.push_back(std::move(sample));
        }
        return made;
    }();
    return samples;
}

std::vector<FaceBehaviour> observe(const std::vector<MotionSample>& samples) {
    std::vector<FaceBehaviour> clips;
    for (const MotionSample& sample : samples) {
        clips.push_back(meter().observe(sample));
    }
    return clips;
}

/// The speech of each clip with the motion of the clip before.
std::vector<MotionSample> with_other_speech(std::vector<MotionSample> samples) {
    std::vector<float> last = samples.back().speech;
    for (MotionSample& sample : samples) {
        std::swap(sample.speech, last);
    }
    return samples;
}

/// Normal noise without what is faster than about 1 Hz.
core::Track smooth_noise(std::size_t num, float size, core::Rng rng) {
    core::Track track(num);
    for (float& value : track) {
        value = static_cast<float>(rng.normal());
    }
    track = core::smooth_gaussian(track, 4.0F);
    const float gain = size * 3.8F;  // smoothing by 4 frames leaves 1 / 3.8 of the deviation
    for (float& value : track) {
        value *= gain;
    }
    return track;
}

/// Head, brows, eyes and lids that move all the time.
/// @param seed_of  seed of a clip's motion
std::vector<MotionSample> moving_samples(const std::function<std::uint64_t(int)>& seed_of) {
    std::vector<MotionSample> samples = spoken_samples();
    for (int i = 0; i < kNumClips; ++i) {
        const core::Rng rng(seed_of(i));
        std::vector<MotionFrame>& frames = samples[i].motion.frames;
        constexpr std::size_t kMaxFrames = 1000;  // clips of all lengths begin the same
        const auto track = [&](std::uint64_t stream, float size) {
            return smooth_noise(kMaxFrames, size, rng.fork(stream));
        };
        const auto yaw = track(1, 0.07F), pitch = track(2, 0.05F), roll = track(3, 0.05F),
                   brow = track(4, 0.1F), eyes_yaw = track(5, 0.08F), eyes_pitch = track(6, 0.06F);
        core::Rng blinks = rng.fork(7);
        int shut = 0;
        for (std::size_t f = 0; f < frames.size(); ++f) {
            frames[f].pose = {yaw[f], pitch[f], roll[f], 0, 0, 0};
            frames[f].actions[Action::BrowInnerUp] = std::clamp(0.3F + brow[f], 0.0F, 1.0F);
            head::set_gaze(
                frames[f].actions, {eyes_yaw[f], eyes_pitch[f]}, {eyes_yaw[f], eyes_pitch[f]});
            shut = blinks.uniform() < 0.02 ? 5 : std::max(0, shut - 1);
            frames[f].actions[Action::EyeBlinkLeft] = shut > 0 ? 1.0F : 0.0F;
            frames[f].actions[Action::EyeBlinkRight] = shut > 0 ? 1.0F : 0.0F;
        }
    }
    return samples;
}

/// Adds a raised cosine of `reach_s` to both sides of a time.
void add_bump(std::vector<MotionFrame>& frames,
              double centre_s,
              double reach_s,
              const std::function<void(MotionFrame&, float)>& add) {
    for (std::size_t f = 0; f < frames.size(); ++f) {
        const double x = (static_cast<double>(f) / kRate_hz - centre_s) / reach_s;
        if (std::abs(x) < 1) {
            add(frames[f], static_cast<float>(0.5 + 0.5 * std::cos(3.14159265 * x)));
        }
    }
}

/// Nods of 3 degrees at every second stress, raises of the brows at onsets.
std::vector<MotionSample> locked_samples() {
    std::vector<MotionSample> samples = spoken_samples();
    for (MotionSample& sample : samples) {
        const FaceBehaviour still = meter().observe(sample);
        for (std::size_t k = 0; k < still.stresses_s.size(); k += 2) {
            add_bump(sample.motion.frames, still.stresses_s[k], 0.3, [](MotionFrame& f, float x) {
                f.pose.pitch_rad -= 3.0F * kRadPerDegree * x;
            });
        }
        for (const speech::SpeechRun& run : still.runs) {
            add_bump(sample.motion.frames, run.start_s + 0.2, 0.3, [](MotionFrame& f, float x) {
                f.actions[Action::BrowInnerUp] = std::min(1.0F, 0.6F * x);
            });
        }
    }
    return samples;
}

constexpr FaceChannel kMoving[] = {FaceChannel::Yaw,
                                   FaceChannel::Pitch,
                                   FaceChannel::Roll,
                                   FaceChannel::Brow,
                                   FaceChannel::GazeYaw,
                                   FaceChannel::GazePitch};

}  // namespace

TEST_CASE("motion that does not depend on speech is the same in all clips of a seed") {
    const eval::Likeness same =
        eval::measure_likeness(observe(moving_samples([](int) { return 5; })));
    CHECK(same.num_pairs == kNumClips * (kNumClips - 1) / 2);
    const eval::Likeness independent =
        eval::measure_likeness(observe(moving_samples([](int i) { return 100 + i; })));
    for (const FaceChannel c : kMoving) {
        CAPTURE(static_cast<int>(c));
        CHECK(same.channel(c).value > 0.99);
        CHECK(same.channel(c).fast > 0.98);
        CHECK(same.channel(c).chance < 0.3);
        CHECK(independent.channel(c).value == Approx(independent.channel(c).chance).margin(0.06));
        CHECK(independent.channel(c).fast ==
              Approx(independent.channel(c).fast_chance).margin(0.1));
        CHECK(independent.channel(c).fast < 0.25);
    }
    // The eyes are shut in a tenth of the frames.
    CHECK(same.channel(FaceChannel::Blink).value > 5);
    CHECK(same.channel(FaceChannel::Blink).chance < 2);
    CHECK(independent.channel(FaceChannel::Blink).value == Approx(1).margin(0.5));
}

TEST_CASE("a slow drift that clips share counts below the cutoff alone") {
    std::vector<MotionSample> samples = moving_samples([](int i) { return 100 + i; });
    for (MotionSample& sample : samples) {
        for (std::size_t f = 0; f < sample.motion.frames.size(); ++f) {
            sample.motion.frames[f].pose.yaw_rad +=
                static_cast<float>(0.3 * std::sin(0.6 * static_cast<double>(f) / kRate_hz));
        }
    }
    const eval::ChannelLikeness yaw =
        eval::measure_likeness(observe(samples)).channel(FaceChannel::Yaw);
    CHECK(yaw.value > 0.8);
    CHECK(yaw.fast < 0.25);
}

TEST_CASE("a channel without motion has no likeness, and one clip has no pair") {
    std::vector<FaceBehaviour> clips = observe(spoken_samples());
    const eval::Likeness still = eval::measure_likeness(clips);
    CHECK(std::isnan(still.channel(FaceChannel::Yaw).value));
    CHECK(std::isnan(still.channel(FaceChannel::Blink).value));
    clips.resize(1);
    CHECK_THROWS_AS(eval::measure_likeness(clips), core::Error);
}

TEST_CASE("nods at stresses and raises at onsets are locked to their own speech alone") {
    const std::vector<MotionSample> samples = locked_samples();
    const eval::SpeechLocking locked = eval::measure_locking(observe(samples));
    CHECK(locked.nods_at_stresses.num_events > 3 * kNumClips);
    CHECK(locked.nods_at_stresses.own > 0.9);
    CHECK(locked.nods_at_stresses.other < 0.7);
    CHECK(locked.nods_at_stresses.ratio > 1.5);
    CHECK(locked.nods_at_stresses.ratio - 1 > 3 * locked.nods_at_stresses.ratio_error);
    CHECK(locked.raises_at_onsets.own > 0.9);
    CHECK(locked.raises_at_onsets.ratio > 2);
    const eval::SpeechLocking shuffled = eval::measure_locking(observe(with_other_speech(samples)));
    for (const eval::Locking& locking : {shuffled.nods_at_stresses, shuffled.raises_at_onsets}) {
        CAPTURE(locking.ratio, locking.ratio_error);
        CHECK(locking.ratio == Approx(1).margin(std::max(0.2, 3 * locking.ratio_error)));
    }
}

TEST_CASE("a nod goes down and up, fast and far enough to be seen") {
    const auto count = [](double amplitude_deg, double hz) {
        MotionSample sample;
        for (int f = 0; f < 250; ++f) {
            MotionFrame frame;
            frame.pose.pitch_rad = static_cast<float>(0.5 * kRadPerDegree * amplitude_deg *
                                                      std::cos(2 * 3.14159265 * hz * f / kRate_hz));
            sample.motion.frames.push_back(frame);
        }
        return meter().observe(sample).nods_s.size();
    };
    CHECK(count(3.0, 1.5) == 15);
    CHECK(count(0.5, 1.5) == 0);
    CHECK(count(3.0, 0.1) == 0);   // sway
    CHECK(count(1.5, 10.0) == 0);  // noise of tracks
}

TEST_CASE("a head that is slower in pauses has a ratio of talking to pausing") {
    const auto measured = [](double speed_in_pauses) {
        std::vector<MotionSample> samples = spoken_samples();
        for (MotionSample& sample : samples) {
            const auto runs = meter().observe(sample).runs;
            double phase = 0;
            for (std::size_t f = 0; f < sample.motion.frames.size(); ++f) {
                const double time_s = static_cast<double>(f) / kRate_hz;
                const bool talks = std::any_of(runs.begin(), runs.end(), [&](const auto& run) {
                    return time_s >= run.start_s && time_s < run.end_s;
                });
                phase += talks ? 1.0 : speed_in_pauses;
                // A triangle wave: constant speed.
                sample.motion.frames[f].pose.yaw_rad =
                    static_cast<float>(0.01 * std::abs(std::fmod(phase, 20.0) - 10.0));
            }
        }
        return samples;
    };
    const auto ratio_of = [](const std::vector<MotionSample>& samples) {
        std::vector<eval::MotionMetrics> metrics;
        for (const MotionSample& sample : samples) {
            metrics.push_back(meter().measure(sample));
        }
        return eval::median_metrics(metrics).talk_pause_ratio;
    };
    CHECK(ratio_of(measured(1.0)) == Approx(1).margin(0.05));
    const std::vector<MotionSample> halved = measured(0.5);
    CHECK(ratio_of(halved) == Approx(2).margin(0.2));
    const eval::TalkPause found = eval::measure_locking(observe(halved)).talk_pause;
    CHECK(found.own == Approx(2).margin(0.2));
    CHECK(found.other == Approx(1).margin(0.2));
}

TEST_CASE("blinks and averted eyes show at their time from the edges of speech") {
    std::vector<MotionSample> samples = spoken_samples();
    for (MotionSample& sample : samples) {
        const auto runs = meter().observe(sample).runs;
        for (const speech::SpeechRun& run : runs) {
            for (std::size_t f = 0; f < sample.motion.frames.size(); ++f) {
                const double since_end_s = static_cast<double>(f) / kRate_hz - run.end_s;
                const double since_start_s = static_cast<double>(f) / kRate_hz - run.start_s;
                head::Actions& actions = sample.motion.frames[f].actions;
                if (since_end_s >= 0.1 && since_end_s < 0.24) {
                    actions[Action::EyeBlinkLeft] = actions[Action::EyeBlinkRight] = 1.0F;
                }
                if (since_start_s >= 0 && since_start_s < 0.25) {
                    head::set_gaze(actions, {0.2F, 0.0F}, {0.2F, 0.0F});
                }
            }
        }
    }
    const eval::BehaviourTiming timing = eval::measure_timing(observe(samples));
    constexpr std::size_t kFirstAfter = 4;  // the bin from 0 to 0.25 s
    const auto& blinks = timing.blinks_at_offsets.histogram;
    CHECK(std::max_element(blinks.begin(), blinks.end()) - blinks.begin() == kFirstAfter);
    CHECK(blinks[kFirstAfter] == Approx(60 / 0.25).epsilon(0.1));
    CHECK(blinks[0] < 0.1 * blinks[kFirstAfter]);
    const auto& averted = timing.averted_at_onsets.histogram;
    CHECK(averted[kFirstAfter] > 0.9);
    CHECK(averted[kFirstAfter - 1] < 0.2);
    CHECK(timing.averted_at_onsets.reference_corr > 0);
}

TEST_CASE(
    "people blink where speech ends and begins, and their own histogram correlates with itself") {
    // The clips of one pause of 0.5 s each, with blinks drawn at the rates of the source.
    const auto& people = eval::reference_timing().blinks_at_offsets.histogram;
    std::vector<FaceBehaviour> clips, reversed;
    core::Rng rng(3);
    for (int i = 0; i < 3000; ++i) {
        FaceBehaviour clip;
        clip.duration_s = 4;
        clip.averted.resize(100);
        clip.runs = {{0.5, 2.0}};
        FaceBehaviour other = clip;
        for (std::size_t bin = 0; bin < 8; ++bin) {
            if (rng.uniform() < people[bin] * eval::kTimingBin_s / 60) {
                const double from_end_s =
                    eval::kTimingStart_s + (static_cast<double>(bin) + 0.5) * eval::kTimingBin_s;
                clip.blinks_s.push_back(2.0 + from_end_s);
                other.blinks_s.push_back(2.0 - from_end_s);
            }
        }
        clips.push_back(clip);
        reversed.push_back(other);
    }
    CHECK(eval::measure_timing(clips).blinks_at_offsets.reference_corr > 0.9);
    CHECK(eval::measure_timing(reversed).blinks_at_offsets.reference_corr < 0.3);
}

}  // namespace vasa::test
