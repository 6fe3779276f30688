// SPDX-License-Identifier: Apache-2.0
// Heads that nod with a mouth.
#pragma once

#include "vasa/core/filters.h"
#include "vasa/core/rng.h"
#include "vasa/motion/motion_clip.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace vasa::support {

/// A jaw at 25 Hz: syllables of four frames, 0..0.4, in phrases of 1 to 3 s with pauses between.
inline core::Track make_phrases(int num_frames, core::Rng& rng) {
    core::Track jaw;
    bool talks = true;
    while (static_cast<int>(jaw.size()) < num_frames) {
        const int syllables = 6 + static_cast<int>(rng.below(13));
        for (int i = 0; i < (talks ? syllables : syllables / 3); ++i) {
            jaw.insert(jaw.end(), 4, talks ? static_cast<float>(rng.uniform(0.0, 0.4)) : 0.0F);
        }
        talks = !talks;
    }
    jaw.resize(static_cast<std::size_t>(num_frames));
    return core::smooth_gaussian(jaw, 1.0F);
}

/// A clip whose mouth opens with `jaw` and whose chin sinks with `nods`, `lag` frames later; the
/// head also turns at random.
inline motion::MotionClip make_nodding_motion(const core::Track& jaw,
                                              const core::Track& nods,
                                              int lag,
                                              core::Rng& rng) {
    core::Track turns;
    for (std::size_t i = 0; i < jaw.size(); ++i) {
        turns.push_back(static_cast<float>(rng.normal()));
    }
    turns = core::smooth_gaussian(turns, 3.0F);
    motion::MotionClip clip;
    for (std::size_t i = 0; i < jaw.size(); ++i) {
        const int from =
            std::clamp(static_cast<int>(i) - lag, 0, static_cast<int>(nods.size()) - 1);
        motion::MotionFrame frame;
        frame.actions[head::Action::JawOpen] = jaw[i];
        frame.pose.pitch_rad = -0.2F * nods[static_cast<std::size_t>(from)];
        frame.pose.yaw_rad = 0.05F * turns[i];
        clip.frames.push_back(frame);
    }
    return clip;
}

/// Clips of one length; heads nod with their own mouth or with one that is not seen.
inline std::vector<motion::MotionClip> make_nodding_clips(int count,
                                                          int num_frames,
                                                          bool with_own_mouth,
                                                          core::Rng& rng) {
    std::vector<motion::MotionClip> clips;
    for (int i = 0; i < count; ++i) {
        const core::Track jaw = make_phrases(num_frames, rng);
        const core::Track other = make_phrases(num_frames, rng);
        clips.push_back(make_nodding_motion(jaw, with_own_mouth ? jaw : other, 2, rng));
    }
    return clips;
}

}  // namespace vasa::support
