// SPDX-License-Identifier: Apache-2.0
#include "clip/sync_scores.h"

#include "vasa/eval/motion_metrics.h"
#include "vasa/models/model_files.h"
#include "vasa/models/network_inputs.h"

#ifdef VASA_WITH_TORCH
#include "vasa/speech/speech_encoder.h"
#include "vasa/sync/sync_expert.h"
#include "vasa/tensor/device.h"
#endif

namespace vasa::eval {

#ifdef VASA_WITH_TORCH

std::string no_expert_cause(std::size_t num_frames) {
    constexpr std::size_t kLeastFrames = sync::kSyncWindow + sync::kMaxSyncLag;
    return num_frames < kLeastFrames
               ? "the sync expert needs at least " + std::to_string(kLeastFrames) + " frames at " +
                     std::to_string(kMetricRate_hz) + " fps"
               : "";
}

std::optional<ExpertOpinion> ask_sync_expert(const motion::MotionClip& clip,
                                             const std::vector<float>& speech,
                                             const std::string& model_dir,
                                             const core::StopToken& stop) {
    if (!no_expert_cause(clip.frames.size()).empty()) {
        return std::nullopt;
    }
    const tensor::SingleTorchThread single;
    const auto encoder = speech::SpeechEncoder::load(model_dir + "/" + models::kSpeechEncoderFile);
    const auto expert = sync::SyncExpert::load(model_dir + "/" + models::kSyncExpertFile);
    models::check_speech_features(
        models::kSyncExpertFile, expert.speech_features(), encoder.features());
    constexpr std::size_t kSamplesPerFrame = speech::kSpeechRate_hz / kMetricRate_hz;
    // Silence where the clip is longer than the speech.
    std::vector<float> padded = speech;
    padded.resize(clip.frames.size() * kSamplesPerFrame);
    const sync::SyncScore score = expert.score(clip, encoder.encode(padded, stop).values);
    return ExpertOpinion{static_cast<double>(score.offset_frames),
                         static_cast<double>(score.confidence),
                         static_cast<double>(score.similarity)};
}

#else

std::string no_expert_cause(std::size_t) {
    return "this build has no sync expert, which needs libtorch";
}

std::optional<ExpertOpinion> ask_sync_expert(const motion::MotionClip&,
                                             const std::vector<float>&,
                                             const std::string&,
                                             const core::StopToken&) {
    return std::nullopt;
}

#endif

}  // namespace vasa::eval
