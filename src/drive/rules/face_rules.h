// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/filters.h"
#include "vasa/core/rational.h"
#include "vasa/core/rng.h"
#include "vasa/head/pose.h"
#include "vasa/speech/speech_analysis.h"

#include <cstddef>
#include <vector>

namespace vasa::drive {

/// Moments of a speech clip that the face reacts to, seconds, ascending.
struct SpeechEvents {
    std::vector<double> stresses;  ///< loud peaks
    std::vector<double> pauses;    ///< where speech ends for at least 0.25 s
    core::Track speaking;          ///< slow envelope, 0..1
    core::Track loud;              ///< slow loudness, 0..1
};
SpeechEvents find_events(const speech::SpeechTraits& traits);

/// Eyelids, 0 open .. 1 shut.
/// Lids close within 0.05 s, stay shut for 0.042 s (so that every frame rate from 24 on has a frame
/// with the eyes shut) and open within 0.11 s. Intervals are log-normal.
core::Track make_blinks(const SpeechEvents& events, float rate_per_min, core::Rng rng);

/// Direction of the gaze relative to the camera, radians: fixations of 0.5 to 2.5 s with saccades
/// of 1 to 3 degrees between.
struct GazeTracks {
    core::Track yaw, pitch;
};
GazeTracks make_gaze(const SpeechEvents& events, core::Rng rng);

/// Brow actions of both sides, 0..1.
struct BrowTracks {
    core::Track inner, outer_left, outer_right;
};
BrowTracks make_brows(const SpeechEvents& events, core::Rng rng);

/// Head pose relative to the portrait's, 100 Hz: sway, nods at stresses, breathing.
/// @param strength  0..3, multiplies all
std::vector<head::Pose> make_head(const SpeechEvents& events, float strength, core::Rng rng);

/// Slow random track of mean 0 and standard deviation about 1, with power below `max_hz` only.
/// @param clock_s  time of each sample; warp it to make the process faster or slower
core::Track slow_process(const std::vector<double>& clock_s, double max_hz, core::Rng rng);

/// Slow random tracks of the frames [first, end) of a clip: pieces give what the whole gives.
class SlowPiece {
  public:
    SlowPiece(std::size_t first, std::size_t end, const core::Rational& fps);

    /// slow_process() of these frames.
    core::Track process(double max_hz, core::Rng rng) const;

  private:
    std::vector<double> clock_s_;  ///< from where the process is evaluated, and a little beyond
    std::size_t num_before_, num_frames_;
};

}  // namespace vasa::drive
