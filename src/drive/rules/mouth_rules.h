// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/filters.h"
#include "vasa/speech/speech_analysis.h"

namespace vasa::drive {

/// Mouth actions over time, 100 Hz, 0..1, for amplitude 1; the same on both sides.
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

/// Exactly 0 where nobody speaks.
/// @param amplitude  0..3, multiplies all; values stay within 0..1
MouthTracks make_mouth_tracks(const speech::SpeechTraits& traits, float amplitude);

}  // namespace vasa::drive
