// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "filters.h"
#include "speech_analysis.h"

namespace vasa::motion {

/// Mouth actions over time, 100 Hz, 0..1, for amplitude 1; the same on both sides.
struct MouthTracks {
    Track jaw_open;
    Track close;  ///< mouthClose, at most jaw_open
    Track press;
    Track pucker;
    Track funnel;
    Track stretch;
    Track smile;
    Track lower_down;
    Track upper_up;
    Track roll_lower;
};

/// Exactly 0 where nobody speaks.
/// @param amplitude  0..3, multiplies all; values stay within 0..1
MouthTracks make_mouth_tracks(const SpeechTraits& traits, float amplitude);

}  // namespace vasa::motion
