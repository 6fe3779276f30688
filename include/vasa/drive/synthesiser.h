// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/head/actions.h"
#include "vasa/motion/emotion.h"
#include "vasa/motion/motion_clip.h"
#include "vasa/speech/phones.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace vasa::drive {

struct SynthesiserOptions {
    std::uint64_t seed = 0;
    float amplitude = 1.0F;            ///< of mouth motion, 0..3
    float head_motion = 1.0F;          ///< of head, brow and gaze wander, 0..3
    float blink_rate_per_min = 20.0F;  ///< 0..60
    head::Gaze gaze;                   ///< main direction of the eyes relative to the camera
    float distance = 1.0F;             ///< of the head, 1 = as in the portrait, 0.5..2
    /// Only sets the tempo of the random head. Actions, pose and the size of head motion are left
    /// to motion::add_emotion() and motion::Controls.
    motion::EmotionMix emotion{};

    void check() const;  ///< @throws Error(Usage)
};

/// Makes the motion of head, brows and lids that goes with a mouth.
/// @param mouth  25 fps, jaw and mouth actions
/// @return       as many frames; pose relative to the rest, actions absolute
using PerformFn =
    std::function<motion::MotionClip(const motion::MotionClip& mouth, std::uint64_t seed)>;

/// Makes natural-looking motion for speech whose phones are known: coarticulated mouth, head,
/// brows, gaze and blinks. Serves as training data for the motion network and as a reference.
///
/// Head, brows and lids come from `perform`, as recorded speakers move them with such a mouth; the
/// head also nods and the brows rise at some stresses. Without it they are random processes.
///
/// @param phones  of the whole clip
/// @param speech  mono, speech::kSpeechRate_hz
/// @return        25 fps, ceil(duration · 25) frames. Pose relative to the portrait's (zero =
///                unmoved; z carries the distance as for a head at 60 cm), actions absolute.
motion::MotionClip synthesise_motion(const std::vector<speech::Phone>& phones,
                                     const std::vector<float>& speech,
                                     const SynthesiserOptions& options,
                                     const PerformFn& perform = {});

}  // namespace vasa::drive
