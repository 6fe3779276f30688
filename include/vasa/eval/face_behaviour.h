// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/speech/speech_events.h"

#include <array>
#include <cstddef>
#include <vector>

namespace vasa::eval {

/// What of a face is compared between clips.
enum class FaceChannel { Yaw, Pitch, Roll, Brow, GazeYaw, GazePitch, Blink };
constexpr std::size_t kNumFaceChannels = 7;

/// Turns of the head while talking and in pauses: sums, to be pooled over clips.
struct TurnSums {
    double talk_deg = 0, talk_s = 0;
    double pause_deg = 0, pause_s = 0;

    void add(const TurnSums& other);
    /// Mean speed while talking / in pauses; NaN if there are no pauses or no motion in them.
    double ratio() const;
};
struct BehaviourParams {
    /// Nods and raises are looked for in this band: sway is slower, tracking noise faster.
    double band_low_hz = 0.5, band_high_hz = 4.0;
    /// Chin down and up again by this much each. Smaller ones cannot be seen in a clip.
    double min_nod_deg = 1.0;
    /// Rise of the brows, in outer eye corner distances: a third of the raises of a speaker who
    /// reads addresses (0.03), because drivers and tracks move the brows less.
    double min_raise = 0.01;
    /// A raise begins where this share of it is done; its lowest point may be long before.
    double onset_share = 0.2;
    /// The eyes look away where they point this far from the clip's median direction. People spend
    /// 40 % of fixation time there while speaking, 7 % while listening (psyberlab/
    /// eye-gaze-during-conversation-dataset).
    double averted_deg = 5.0;
    speech::SpeechRunParams runs;
    speech::SpeechEventParams events;
};

/// What a face does in a clip, and when its speech calls for it. Frames have kMetricRate_hz,
/// times are in seconds from the clip's start.
struct FaceBehaviour {
    double duration_s = 0;
    /// [kNumFaceChannels][T]: angles in degrees (gaze: of the eyes in the head, mean of both), brow
    /// height in outer eye corner distances, 1 where the eyes are shut and 0 elsewhere.
    std::array<std::vector<double>, kNumFaceChannels> channels;
    std::vector<double> turns_deg;        ///< [T - 1] angle of the head between adjacent frames
    std::vector<bool> averted;            ///< [T] eyes look away from the clip's main direction
    std::vector<double> nods_s;           ///< lowest points
    std::vector<double> raises_s;         ///< onsets
    std::vector<double> blinks_s;         ///< onsets
    std::vector<speech::SpeechRun> runs;  ///< of the speech
    std::vector<double> stresses_s;       ///< of the speech

    std::size_t num_frames() const { return averted.size(); }
    const std::vector<double>& channel(FaceChannel c) const {
        return channels[static_cast<std::size_t>(c)];
    }
};

}  // namespace vasa::eval
