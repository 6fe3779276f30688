// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/filters.h"
#include "vasa/speech/speech_rate.h"

#include <array>
#include <vector>

namespace vasa::speech {

/// Analysis rows per second, one every 10 ms: two or more in the shortest closures of the lips.
/// Tracks computed from them (by the procedural driver and the synthesiser) have the same rate.
constexpr int kAnalysisRate_hz = 100;
constexpr int kNumBands = 32;

/// Lower edges of the analysis bands and the last one's upper edge, Hz: 125 Hz wide up to 3 kHz,
/// wider above.
extern const std::array<float, kNumBands + 1> kBandEdges_hz;

/// Short-time spectrum of speech at kAnalysisRate_hz; row i is centred at i / kAnalysisRate_hz.
struct BandSpectrum {
    std::vector<std::array<float, kNumBands>> power;  ///< [T] rows, as measured
    std::vector<std::array<float, kNumBands>> noise;  ///< [T] rows, background estimate
    core::Track periodicity;                          ///< normalised autocorrelation at the pitch
};

/// Speech properties that the mouth rules use, at kAnalysisRate_hz, each 0..1 unless stated
/// otherwise. All are relative to the speech level of the clip, so a gain changes nothing.
struct SpeechTraits {
    core::Track activity;   ///< speech stands out from the background
    core::Track level_db;   ///< relative to the mean level of nearby speech (0 = average), dB
    core::Track loudness;   ///< the level as 0 (faint) .. 1 (loud), 0 without speech
    core::Track vowel;      ///< voiced, or whispered with a vowel's spectrum
    core::Track openness;   ///< first formant: 0 as in "ee", 1 as in "ah"
    core::Track frontness;  ///< second formant: -1 as in "oo", 1 as in "ee"
    core::Track hiss;       ///< fricative
    core::Track closure;    ///< short dip between two louder parts, as in "p", "b", "m"
};

/// @param speech  mono, kSpeechRate_hz
/// @param num_rows  number of steps at kAnalysisRate_hz
BandSpectrum analyse_bands(const std::vector<float>& speech, int num_rows);

SpeechTraits analyse_speech(const std::vector<float>& speech);

}  // namespace vasa::speech
