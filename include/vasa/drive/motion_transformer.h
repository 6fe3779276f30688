// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/models/network_inputs.h"
#include "vasa/tensor/linear.h"

#include <string>
#include <vector>

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

namespace vasa::drive {

/// Sizes of the motion network; stored with its weights.
struct MotionTransformerConfig {
    int width = 256;
    int num_layers = 4;
    int num_heads = 4;
    int window = 100;  ///< new frames per pass, W
    int history = 25;  ///< preceding frames that it sees, K
    int reach = 8;     ///< neighbouring frames on each side in a token
    int speech_width = 1024;
    std::vector<std::string> styles;  ///< names of the data sources

    /// JSON text of all fields.
    std::string to_json() const;
    /// @throws Error(Model) for bad JSON, unknown or missing keys and sizes out of range.
    static MotionTransformerConfig from_json(const std::string& text, const std::string& name);
    void check(const std::string& name) const;  ///< @throws Error(Model)
};

/// Meaning of the network's input values; stored in its file.
/// @param speech_features  speech::SpeechEncoder::features()
models::NetworkInputs motion_network_inputs(const std::string& speech_features);

/// Conditions of the motion for a batch of windows. T = history + window.
struct MotionConditions {
    at::Tensor speech;        ///< [B, T, speech_width]
    at::Tensor speech_known;  ///< [B, T] 1 where the speech is given, 0 where it is dropped
    at::Tensor history;       ///< [B, K, kMotionWidth] normalised motion before the window
    at::Tensor has_history;   ///< [B] 1 or 0
    at::Tensor controls;      ///< [B, T, kControlWidth]
    at::Tensor gaze_known;    ///< [B] 1 or 0; the same for distance and emotion
    at::Tensor distance_known, emotion_known;
    at::Tensor style;  ///< [B] i64, an index into the styles, or the number of styles for "any"

    /// Conditions of one item of the batch.
    MotionConditions item(std::int64_t index) const;
};

/// Transformer block whose norms are scaled and shifted by the step and the style (adaLN-zero).
/// Source: Peebles & Xie, Scalable diffusion models with transformers (2023), §3.2.
class MotionBlockImpl : public torch::nn::Module {
  public:
    MotionBlockImpl(int width, int num_heads);
    /// @param x        [B, T, width]
    /// @param context  [B, width]
    at::Tensor forward(const at::Tensor& x, const at::Tensor& context);

  private:
    int num_heads_;
    tensor::Linear modulation_, qkv_, out_, mlp_in_, mlp_out_;
};
TORCH_MODULE(MotionBlock);

/// Predicts clean motion from noisy motion: the transformer encoder of VASA-1 (§3.2).
///
/// One token per frame: noisy motion (or clean history) of the frame and its neighbours, speech,
/// controls. Norms are modulated by the diffusion step and the style. Unlike in VASA-1, a token
/// sees its neighbours' motion: smooth motion is denoised by averaging over time, which attention
/// alone learns slowly.
class MotionTransformerImpl : public torch::nn::Module {
  public:
    explicit MotionTransformerImpl(const MotionTransformerConfig& config);

    const MotionTransformerConfig& config() const { return config_; }

    /// @param noisy  [B, W, kMotionWidth] normalised motion with noise
    /// @param step   [B] f32, diffusion step / number of steps, 0..1
    /// @return       [B, W, kMotionWidth] normalised clean motion
    at::Tensor forward(const at::Tensor& noisy,
                       const at::Tensor& step,
                       const MotionConditions& conditions);

  private:
    MotionTransformerConfig config_;
    tensor::Linear motion_in_, speech_in_, control_in_, step_in_, step_out_;
    at::Tensor position_, history_mark_, no_speech_, style_;
    std::vector<MotionBlock> blocks_;
    tensor::Linear final_modulation_, motion_out_;
};
TORCH_MODULE(MotionTransformer);

}  // namespace vasa::drive
