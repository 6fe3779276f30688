// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/tensor/linear.h"

#include <vector>

#include <torch/nn/module.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/pimpl.h>

namespace vasa::speech {

/// Sizes of Whisper base's encoder.
struct WhisperConfig {
    int num_blocks = 4;  ///< the first of the encoder's six, 1..6
    int width = 512;
    int num_heads = 8;
    int num_mels = 80;
    int num_positions = 1500;  ///< 50 Hz: 30 s
};

/// Keys and values of rows that other rows attend to, [B, H, T, d].
struct AttentionMemory {
    at::Tensor keys, values;
};

/// Self-attention with the names of Whisper's checkpoint, and like it without key bias.
class WhisperAttentionImpl : public torch::nn::Module {
  public:
    WhisperAttentionImpl(int width, int num_heads);
    AttentionMemory remember(const at::Tensor& x);  ///< of rows [B, T, width]
    /// @param x     [B, Q, width]
    /// @param mask  [Q, T] bool, true where a row sees another; undefined = everywhere
    at::Tensor forward(const at::Tensor& x, const AttentionMemory& memory, const at::Tensor& mask);

  private:
    at::Tensor split(const at::Tensor& x) const;  ///< [B, T, width] -> [B, H, T, d]

    int num_heads_;
    tensor::Linear query_, key_, value_, out_;
};
TORCH_MODULE(WhisperAttention);

/// Pre-norm transformer block.
class WhisperBlockImpl : public torch::nn::Module {
  public:
    WhisperBlockImpl(int width, int num_heads);
    AttentionMemory remember(const at::Tensor& x);  ///< of rows [B, T, width]
    /// Rows [B, Q, width] that attend to the memory; mask as in WhisperAttention.
    at::Tensor forward(const at::Tensor& x,
                       const AttentionMemory& memory,
                       const at::Tensor& mask = {});
    at::Tensor forward(const at::Tensor& x) { return forward(x, remember(x)); }

  private:
    WhisperAttention attn_;
    torch::nn::LayerNorm attn_ln_, mlp_ln_;
    tensor::Linear mlp_in_, mlp_out_;
};
TORCH_MODULE(WhisperBlock);

/// The first blocks of Whisper's audio encoder, names as in OpenAI's checkpoint.
/// Source: Radford et al. (2022), §2.2; weights MIT (OpenAI).
class WhisperEncoderImpl : public torch::nn::Module {
  public:
    explicit WhisperEncoderImpl(const WhisperConfig& config);

    /// @param mel     [B, num_mels, 2 T] scaled log-mel, T at most num_positions
    /// @param layers  if given, receives the stem's output and each block's, [B, T, width]
    /// @return        [B, T, width], the last block's output, 50 Hz
    at::Tensor forward(const at::Tensor& mel, std::vector<at::Tensor>* layers = nullptr);

  private:
    WhisperConfig config_;
    torch::nn::Conv1d conv1_, conv2_;
    at::Tensor positional_embedding_;
    std::vector<WhisperBlock> blocks_;
};
TORCH_MODULE(WhisperEncoder);

}  // namespace vasa::speech
