// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/filters.h"
#include "vasa/core/rng.h"
#include "vasa/head/pose.h"
#include "vasa/speech/speech_events.h"

#include <vector>

namespace vasa::drive {

// All tracks have speech::kAnalysisRate_hz.

using speech::SpeechEvents;

struct BlinkRuleParams {
    double close_s = 0.05;  ///< lids fall about twice as fast as they rise
    double shut_s = 0.042;  ///< every frame rate from 24 on then has a frame with the eyes shut
    double open_s = 0.11;
    double first_min = 0.2;       ///< the first blink comes after this to 1 mean intervals
    double log_spread = 0.6;      ///< sigma of the logarithm of the intervals, which are log-normal
    double double_blinks = 0.12;  ///< fraction of blinks followed by a second one
    double double_min_s = 0.24, double_max_s = 0.34;  ///< from the first to the second
    double min_gap_s = 0.35;                          ///< lids have opened again by then
    /// Blinks gather where speech resumes after a pause (one speaker who reads addresses: 60 blinks
    /// per minute in the 0.4 s after, 17 in the 0.8 s before). Speech that resumes this long before
    /// or after the planned moment attracts the blink, with this probability and this delay.
    double before_s = 0.5, after_s = 0.9, attraction = 0.75;
    double delay_min_s = 0.0, delay_max_s = 0.35;
};

/// Eyelids, 0 open .. 1 shut.
core::Track make_blinks(const SpeechEvents& events,
                        float rate_per_min,
                        core::Rng rng,
                        const BlinkRuleParams& params = {});

struct GazeRuleParams {
    double saccade_s = 0.045;  ///< of a saccade of a few degrees
    double min_fixation_s = 0.5, max_fixation_s = 2.5;
    double first_min_s = 0.4, first_max_s = 1.5;  ///< of the first fixation
    double min_saccade_deg = 1.0, max_saccade_deg = 3.0;
    double near_deg = 1.0;           ///< from the camera; from further away the eyes may return
    double return_chance = 0.65;     ///< probability of the return: keeps the gaze on the viewer
    double return_spread_rad = 0.3;  ///< of the direction back
    double vertical = 0.6;           ///< of saccades that lead away, which are mostly sideways

    // Aversions: looks away from the viewer, mostly while speaking and just after speech begins
    // (AMI meetings: the eyes leave the listener most often 0.35 s after a turn begins, for a
    // median of 0.84 s with quartiles of 0.48 and 1.6 s).
    double onset_chance = 0.5;                          ///< fraction of beginnings with an aversion
    double onset_delay_s = 0.1, onset_spread_s = 0.15;  ///< from the beginning to its saccade
    double speaking_per_s = 0.16;                       ///< further aversions per second of speech
    double silent_per_s = 0.06;                         ///< and of silence
    /// The eyes are back on the viewer this long before speech ends, and stay there until then,
    /// with this probability (Kendon 1967).
    double back_s = 0.5, back_chance = 0.6;
    double median_away_s = 0.84, away_log_spread = 0.85, max_away_s = 3.0;
    double min_away_deg = 5.0, max_away_deg = 12.0;
};

/// Direction of the gaze relative to the camera, radians: fixations with saccades between.
struct GazeTracks {
    core::Track yaw, pitch;
};
GazeTracks make_gaze(const SpeechEvents& events, core::Rng rng, const GazeRuleParams& params = {});

struct BrowRuleParams {
    double silent_rate = 0.5;  ///< speed of the brows' wander in silence; about 1 in speech
    double max_hz = 1.0;       ///< of the wander
    float rest = 0.05F, spread = 0.05F;  ///< mean and spread of the wander
    /// Independent part of each brow relative to the common one: the sides correlate at 0.85.
    float own = 0.42F;
    float outer = 0.8F;          ///< outer brows rise less than the inner ones
    double stress_chance = 0.5;  ///< fraction of stresses that raise the brows
    double choice_spread = 0.8;  ///< as HeadRuleParams::choice_spread
    double onset_chance = 0.7;   ///< fraction of beginnings of speech that do
    double min_raise = 0.08, max_raise = 0.22;
    double rise_s = 0.22, fall_s = 0.4;
};

/// Brow actions of both sides, 0..1.
struct BrowTracks {
    core::Track inner, outer_left, outer_right;
};
BrowTracks make_brows(const SpeechEvents& events, core::Rng rng, const BrowRuleParams& params = {});

struct HeadRuleParams {
    /// Spread of head motion within clips of talking heads.
    double yaw_deg = 5.1, pitch_deg = 3.2, roll_deg = 3.4;
    double sideways_cm = 1.0, up_cm = 0.8, depth_cm = 0.66;
    /// Fraction of that spread that is used: rules know less than people about when to make a large
    /// move.
    double sway = 0.6;
    double tempo = 1.0;  ///< factor of the speed of sway and nods
    double max_sway_hz = 1.0;
    double silent_rate = 0.6;  ///< speed of the sway in silence; about 1 in speech
    double silent_sway = 0.7, speech_sway = 0.3;  ///< strength in silence; increase in speech
    /// Sideways follows yaw and up-down follows pitch as measured on talking heads (r = 0.45 and
    /// -0.83); the rest is independent.
    double sideways_of_yaw = 0.45, sideways_own = 0.89;
    double up_of_pitch = -0.8, up_own = 0.6;
    double nod_chance = 0.6;  ///< fraction of stresses with a nod
    /// Width of the random part of the choice, in ranks by loudness: 0 marks the loudest stresses
    /// and no other, 2 hardly minds the loudness.
    double choice_spread = 0.4;
    double min_nod_deg = 0.8, max_nod_deg = 2.2;
    double nod_delay_s = 0.04, nod_rise_s = 0.25, nod_fall_s = 0.45;
    double breath_hz = 0.25;                    ///< 15 breaths per minute
    double breath_deg = 0.1, breath_cm = 0.04;  ///< hardly visible
};

/// Downward head motion at stresses, degrees.
core::Track make_nods(const SpeechEvents& events, core::Rng pick, const HeadRuleParams& params);

/// Head pose relative to the portrait's: sway, nods at stresses, breathing.
/// @param strength  0..3, multiplies all
std::vector<head::Pose> make_head(const SpeechEvents& events,
                                  float strength,
                                  core::Rng rng,
                                  const HeadRuleParams& params = {});

}  // namespace vasa::drive
