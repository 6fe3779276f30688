// SPDX-License-Identifier: Apache-2.0
// Motion and audio that match exactly.
#pragma once

#include "vasa/core/rng.h"
#include "vasa/motion/motion_clip.h"

#include <algorithm>
#include <vector>

namespace vasa::support {

constexpr int kTalkRate_hz = 16000, kTalkFrameSamples = kTalkRate_hz / 25;

/// A jaw at 25 Hz that changes to a random level, 0..0.3, every three frames.
/// @param num_talking  frames after which the jaw is shut
inline motion::MotionClip make_talking_motion(int num_frames, int num_talking, core::Rng& rng) {
    motion::MotionClip clip;
    double level = 0;
    for (int i = 0; i < num_frames; ++i) {
        level = i % 3 == 0 ? rng.uniform(0.0, 0.3) : level;
        motion::MotionFrame frame;
        frame.actions[head::Action::JawOpen] = i < num_talking ? static_cast<float>(level) : 0.0F;
        clip.frames.push_back(frame);
    }
    return clip;
}

/// Noise at kTalkRate_hz, its level proportional to jaw opening.
/// @param gain  RMS of a jaw that is open by 1
inline std::vector<float> make_speech_of_jaw(const motion::MotionClip& clip,
                                             double gain,
                                             core::Rng& rng) {
    const auto num_frames = static_cast<int>(clip.frames.size());
    std::vector<float> speech;
    for (int i = 0; i < num_frames * kTalkFrameSamples; ++i) {
        // Frame k is at the middle of its samples.
        const int frame = std::min(num_frames - 1, (i + kTalkFrameSamples / 2) / kTalkFrameSamples);
        const float jaw = clip.frames[frame].actions[head::Action::JawOpen];
        speech.push_back(static_cast<float>(gain * jaw * rng.normal()));
    }
    return speech;
}

}  // namespace vasa::support
