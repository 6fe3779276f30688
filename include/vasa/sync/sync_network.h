// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/models/network_inputs.h"
#include "vasa/motion/motion_space.h"
#include "vasa/sync/sync_expert.h"
#include "vasa/tensor/linear.h"

#include <string>

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

namespace vasa::sync {

/// Sizes of the lip-sync expert.
struct SyncConfig {
    int lip_width = 66;  ///< values per frame: x and y of 33 landmarks, cm
    int speech_width = 1024;
    int hidden_width = 256;
    int embedding_width = 128;
};

/// Embeds five frames of lips and five of speech on one sphere; matching pairs lie near each other.
/// Source: Chung & Zisserman, Out of time (2016), with the cosine loss of CLIP.
class SyncNetworkImpl : public torch::nn::Module {
  public:
    explicit SyncNetworkImpl(const SyncConfig& config);

    /// [B, kSyncWindow, lip_width] → [B, embedding_width], unit length
    at::Tensor embed_lips(const at::Tensor& lips);
    /// [B, kSyncWindow, speech_width] → [B, embedding_width], unit length
    at::Tensor embed_speech(const at::Tensor& speech);
    /// Logarithm of the similarity's scale in the loss.
    const at::Tensor& log_scale() const { return log_scale_; }

  private:
    tensor::Linear lips_in_, lips_mid_, lips_out_;
    tensor::Linear speech_in_, speech_mid_, speech_out_;
    at::Tensor log_scale_;
};
TORCH_MODULE(SyncNetwork);

/// Values of a motion vector that the expert sees: lips do not show the tongue.
constexpr int kSyncMotionWidth = motion::kTongueIndex;

/// Meaning of the expert's input values; stored in its file.
/// @param speech_features  speech::SpeechEncoder::features()
models::NetworkInputs sync_expert_inputs(const std::string& speech_features);

/// Windows [T - 4, 5, C] of rows [T, C].
at::Tensor sync_windows(const at::Tensor& rows);

/// Lips of unnormalised motion: [T, kSyncMotionWidth] and the landmarks' basis [lip_width,
/// kSyncMotionWidth] → [T, lip_width] minus their median over time.
at::Tensor sync_lips(const at::Tensor& motion, const at::Tensor& basis);

/// Mean similarity at each lag of T windows' embeddings, see SyncScore::curve.
std::array<float, kNumSyncLags> sync_curve(const at::Tensor& lips, const at::Tensor& speech);

}  // namespace vasa::sync
