// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/eval/face_behaviour.h"
#include "vasa/speech/speech_events.h"

#include <cstddef>
#include <vector>

namespace vasa::eval {

struct Blink {
    std::size_t begin, end;  ///< frames, end is one past the last
    double least;            ///< smallest eye opening / the clip's mean
};
/// Blinks of a curve of eye openings: below half of its mean, until above 70 %.
std::vector<Blink> find_blinks(const std::vector<double>& eye_opening);

/// A curve at kMetricRate_hz without what is slower than `cutoff_hz`. No delay.
std::vector<double> high_passed(const std::vector<double>& curve, double cutoff_hz);
/// A curve at kMetricRate_hz without what is faster than `cutoff_hz`. No delay.
std::vector<double> low_passed(const std::vector<double>& curve, double cutoff_hz);

/// Frames of alternate lows and highs between which a curve moves by `min_swing` or more, from the
/// first after which it does.
struct TurningPoint {
    std::size_t frame;
    bool is_low;
};
std::vector<TurningPoint> turning_points(const std::vector<double>& curve, double min_swing);

/// Lowest points of nods, s. @param pitch_deg  at kMetricRate_hz, positive = chin up
std::vector<double> find_nods(const std::vector<double>& pitch_deg, const BehaviourParams& params);
/// Onsets of brow raises, s. @param height  at kMetricRate_hz, outer eye corner distances
std::vector<double> find_raises(const std::vector<double>& height, const BehaviourParams& params);

enum class SpeechState { Outside, Talking, Pausing };
/// Talking in a run, pausing between two, else outside.
SpeechState speech_state(const std::vector<speech::SpeechRun>& runs, double time_s);

/// Sums of the turns in each state; steps between frames are taken at their middle.
/// @param turns_deg   between adjacent frames at kMetricRate_hz
/// @param num_turns   only the first so many count
TurnSums sum_turns(const std::vector<double>& turns_deg,
                   std::size_t num_turns,
                   const std::vector<speech::SpeechRun>& runs);

}  // namespace vasa::eval
