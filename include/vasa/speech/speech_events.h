// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/filters.h"
#include "vasa/speech/speech_analysis.h"

#include <vector>

namespace vasa::speech {

/// Lengths in `_rows` are rows at kAnalysisRate_hz, 10 ms each.
struct SpeechEventParams {
    int peak_reach_rows = 30;        ///< a stress is the loudest moment within a syllable or two
    float min_stress_db = 2.0F;      ///< above the surrounding speech level; few syllables are
    double min_stress_gap_s = 0.5;   ///< heads do not nod faster than twice a second
    float min_stress_vowel = 0.5F;   ///< loud consonants are not stresses
    int speaking_reach_rows = 15;    ///< gaps at stops and between words are still speech
    float speaking_sigma_rows = 12;  ///< the face does not start and stop with each syllable
    float loud_sigma_rows = 25;      ///< spans about a word
    float level_sigma_rows = 4;      ///< gives a syllable one peak
};

struct SpeechRunParams {
    double min_pause_s = 0.3;   ///< shorter gaps lie within a phrase: stops, and between words
    double min_run_s = 0.1;     ///< a click or a breath is shorter than a syllable
    float min_loudness = 0.1F;  ///< below it there is no speech
};

/// Speech without a pause, seconds.
struct SpeechRun {
    double start_s = 0, end_s = 0;
};

/// A loud syllable.
struct Stress {
    double time_s = 0;
    float rank = 0;  ///< fraction of the clip's stresses that are fainter, (0, 1)
};

/// Moments of a speech clip that the face reacts to, seconds, ascending.
struct SpeechEvents {
    std::vector<Stress> stresses;
    std::vector<SpeechRun> runs;  ///< find_runs(); the gaps between them are pauses
    core::Track speaking;         ///< slow envelope, 0..1, kAnalysisRate_hz
    core::Track loud;             ///< slow loudness, 0..1, kAnalysisRate_hz
};
SpeechEvents find_events(const SpeechTraits& traits,
                         const SpeechEventParams& params = {},
                         const SpeechRunParams& runs = {});

/// The runs of a clip's speech, ascending; the gaps between them are its pauses.
std::vector<SpeechRun> find_runs(const SpeechTraits& traits, const SpeechRunParams& params = {});

}  // namespace vasa::speech
