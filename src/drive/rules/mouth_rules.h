// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/filters.h"
#include "vasa/speech/speech_analysis.h"

namespace vasa::drive {

struct MouthRuleParams {
    // Sizes of the actions at full excitation, tuned so that the jaw is open by 0.15 to 0.2 on
    // average while speaking and by at most about 0.45 most of the time.
    float jaw = 0.62F;
    float pucker = 0.55F;
    float funnel = 0.30F;
    float stretch = 0.28F;
    float smile = 0.16F;
    float press = 0.25F;
    float roll_lower = 0.15F;

    /// Jaw opening of close and open vowels, of faint and loud speech, as fractions of `jaw`.
    float close_jaw = 0.2F, open_jaw = 0.8F;
    float faint_jaw = 0.35F, loud_jaw = 0.65F;
    /// Reduction of rounded and spread lips by an open jaw, which stretches the cheeks.
    float pucker_yields = 0.8F, stretch_yields = 0.5F;
    float close_funnel = 0.3F, open_funnel = 0.7F;  ///< of a close vowel; increase with openness

    // Fricatives: teeth close together behind parted lips.
    float hiss_jaw = 0.05F, hiss_funnel = 0.06F, hiss_stretch = 0.07F;
    float hiss_lower_down = 0.14F, hiss_upper_up = 0.09F;
    float vowel_lower_down = 0.10F, vowel_upper_up = 0.06F;  ///< of an open vowel

    // Smoothing in rows of 10 ms: the jaw is slower than closing lips; rounding or spreading lips
    // are slower still.
    float jaw_sigma_rows = 2.8F;
    float lip_sigma_rows = 3.5F;
    float closure_sigma_rows = 1.8F;

    /// Smoothed closure at which lips begin to meet and at which they are shut: a short closure
    /// stays below 1 after smoothing and must still shut the lips.
    float begins_to_shut = 0.05F, is_shut = 0.75F;
    float jaw_lift = 0.5F;  ///< of the jaw by closing lips
    float seal = 0.95F;  ///< mouthClose as a fraction of the jaw under shut lips; 1 would overlap
};

/// Mouth actions over time at speech::kAnalysisRate_hz, 0..1, for amplitude 1; the same on both
/// sides.
struct MouthTracks {
    core::Track jaw_open;
    core::Track close;  ///< mouthClose, at most jaw_open
    core::Track press;
    core::Track pucker;
    core::Track funnel;
    core::Track stretch;
    core::Track smile;
    core::Track lower_down;
    core::Track upper_up;
    core::Track roll_lower;
};

/// Exactly 0 where there is no speech.
/// @param amplitude  0..3, multiplies all; values stay within 0..1
MouthTracks make_mouth_tracks(const speech::SpeechTraits& traits,
                              float amplitude,
                              const MouthRuleParams& params = {});

}  // namespace vasa::drive
