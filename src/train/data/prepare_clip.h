// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/drive/synthesiser.h"
#include "vasa/head/actions.h"
#include "vasa/motion/motion_clip.h"
#include "vasa/train/motion_dataset.h"

#include <cstdint>
#include <string>
#include <vector>

namespace vasa::train {

/// Motion in the form stored in a shard, 25 fps.
struct ShardMotion {
    std::vector<float> motion;    ///< [T, kShardMotionWidth]
    std::vector<float> controls;  ///< [T, kShardControlWidth]
    std::vector<float> tongue;    ///< [T, head::kNumTongueValues]; empty where it is not known
};

/// Recorded motion without the person's rest: pose and gaze relative to the clip's median, the
/// other actions minus their rest value (10th percentile over quiet frames, or over all frames if
/// fewer than ten are quiet). The main gaze is the median of the gaze over two seconds.
///
/// @param clip    any rate, at least one frame
/// @param speech  mono, speech::kSpeechRate_hz
/// @return        motion of the shorter input's length
ShardMotion motion_of_recording(const motion::MotionClip& clip, const std::vector<float>& speech);

/// Recorded motion without sound, as motion_of_recording() but with the median of all frames as
/// rest; speech actions and gaze are 0: the mouth is the condition, and landmarks do not show the
/// gaze.
/// @param frames  25 fps, at least one
ShardMotion motion_of_silent(std::vector<motion::MotionFrame> frames);

/// Motion that is already relative to the rest (25 fps): unchanged, but actions clamped to 0..1.
/// @param control  constant over the clip
ShardMotion motion_of_take(const motion::MotionClip& clip, const motion::ControlFrame& control);

/// Samples the options of a take of an utterance: seed, gaze, distance and amplitude.
drive::SynthesiserOptions sample_take(const std::string& name, int take, std::uint64_t seed);
motion::ControlFrame control_of_take(const drive::SynthesiserOptions& take);

}  // namespace vasa::train
