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

/// Motion as it goes into a shard, 25 fps.
struct ShardMotion {
    std::vector<float> motion;    ///< [T, kShardMotionWidth]
    std::vector<float> controls;  ///< [T, kShardControlWidth]
};

/// Recorded motion made free of the person: pose relative to the clip's median, gaze likewise, the
/// other actions less their rest (10th percentile over quiet frames, or over all where fewer than
/// ten are quiet). The main gaze is the median of the gaze over two seconds.
///
/// @param clip    any rate, at least one frame
/// @param speech  mono, speech::kSpeechRate_hz
/// @return        as long as the shorter of both
ShardMotion motion_of_recording(const motion::MotionClip& clip, const std::vector<float>& speech);

/// Motion that is relative to the rest already (25 fps): taken as it is, actions brought into 0..1.
/// @param control  constant over the clip
ShardMotion motion_of_take(const motion::MotionClip& clip, const motion::ControlFrame& control);

/// What a take of an utterance is to look like: seed, gaze, distance, emotion and amplitude.
drive::SynthesiserOptions sample_take(const std::string& name, int take, std::uint64_t seed);
motion::ControlFrame control_of_take(const drive::SynthesiserOptions& take);

}  // namespace vasa::train
