// SPDX-License-Identifier: Apache-2.0
// Whether motion belongs to its speech: measures of sets of clips. docs/metrics.md has the
// formulas.
#pragma once

#include "vasa/eval/face_behaviour.h"
#include "vasa/eval/motion_metrics.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace vasa::eval {

struct DependenceParams {
    double min_overlap_s = 2.0;  ///< of a pair of clips; over less, slow motion always correlates
    double high_pass_hz = 0.5;   ///< slower drifts of two clips correlate by chance
    int num_shifts = 4;          ///< of each pair, for the chance level
    /// Shifts are at least this share of the overlap, both ways round: a small shift of the same
    /// motion still correlates with it.
    double min_shift_share = 0.25;
    std::uint64_t seed = 1;  ///< of the shifts
};

/// Likeness of one channel in pairs of clips: mean |Pearson correlation| over the pairs; of blinks,
/// frames shut in both / expected number for independent ones. NaN where no pair has motion.
struct ChannelLikeness {
    double value = MotionMetrics::kNone;
    double chance = MotionMetrics::kNone;       ///< one of the pair shifted in a circle at random
    double fast = MotionMetrics::kNone;         ///< above DependenceParams::high_pass_hz
    double fast_chance = MotionMetrics::kNone;  ///< its chance level
};

struct Likeness {
    int num_pairs = 0;
    std::array<ChannelLikeness, kNumFaceChannels> channels;

    const ChannelLikeness& channel(FaceChannel c) const {
        return channels[static_cast<std::size_t>(c)];
    }
};

/// Compares all pairs of clips, each pair cut to its shorter clip.
///
/// Over clips of different speech made with one seed this is the speech dependence: 1 = the speech
/// changes nothing, the chance level = nothing is shared. Over clips of one speech made with
/// different seeds it is the seed diversity: 1 = the seed changes nothing.
/// @throws Error(Input) if no pair is min_overlap_s long.
Likeness measure_likeness(const std::vector<FaceBehaviour>& clips,
                          const DependenceParams& params = {});

struct LockingParams {
    double reach_s = 0.2;     ///< a syllable: motion this far from an event still belongs to it
    int num_resamples = 400;  ///< of the bootstrap
    std::uint64_t seed = 1;   ///< of the bootstrap
};

/// Share of motion events near speech events. All over ordered pairs of clips, cut to the shorter.
struct Locking {
    int num_events = 0;                         ///< motion events in all clips
    double own = MotionMetrics::kNone;          ///< near events of the clip's own speech
    double other = MotionMetrics::kNone;        ///< near events of the other clips' speech: chance
    double ratio = MotionMetrics::kNone;        ///< own / other
    double ratio_error = MotionMetrics::kNone;  ///< standard error, bootstrap over clips
};

/// Speed of the head while talking / in pauses inside the clip.
struct TalkPause {
    double own = MotionMetrics::kNone;    ///< with the clip's own speech
    double other = MotionMetrics::kNone;  ///< with the other clips' speech: chance
};

/// How motion goes with the speech of its clip.
struct SpeechLocking {
    Locking nods_at_stresses, nods_at_onsets;
    Locking raises_at_stresses, raises_at_onsets;
    TalkPause talk_pause;
};

/// @param clips  with speech; two or more, else all is NaN
SpeechLocking measure_locking(const std::vector<FaceBehaviour>& clips,
                              const LockingParams& params = {});

/// Bins around an edge of a run of speech: kTimingStart_s + i * kTimingBin_s.
constexpr std::size_t kNumTimingBins = 10;
constexpr double kTimingStart_s = -1.0, kTimingBin_s = 0.25;
using TimingHistogram = std::array<double, kNumTimingBins>;

/// One behaviour around speech onsets or offsets; NaN in bins that no clip covers.
struct Timing {
    TimingHistogram histogram{};
    double reference_corr = MotionMetrics::kNone;  ///< with the histogram of people
};

struct BehaviourTiming {
    Timing blinks_at_onsets, blinks_at_offsets;    ///< blink onsets a minute
    Timing averted_at_onsets, averted_at_offsets;  ///< share of time with the eyes averted
};

/// Histograms over all runs of speech of all clips.
BehaviourTiming measure_timing(const std::vector<FaceBehaviour>& clips);

/// The same of people, with correlations of 1; NaN where the source has no value.
const BehaviourTiming& reference_timing();

}  // namespace vasa::eval
