// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/stop_token.h"
#include "vasa/motion/motion_clip.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace vasa::eval {

struct ExpertOpinion {
    double offset_frames = 0, confidence = 0, similarity = 0;
};

/// Why the expert can have no opinion on a clip; empty if it can.
/// @param num_frames  of the clip, at kMetricRate_hz
std::string no_expert_cause(std::size_t num_frames);

/// Opinion of the lip-sync expert on motion and speech; nothing if the clip is too short, or in a
/// build without libtorch.
/// @param clip    at kMetricRate_hz
/// @param speech  mono, speech::kSpeechRate_hz
std::optional<ExpertOpinion> ask_sync_expert(const motion::MotionClip& clip,
                                             const std::vector<float>& speech,
                                             const std::string& model_dir,
                                             const core::StopToken& stop);

}  // namespace vasa::eval
