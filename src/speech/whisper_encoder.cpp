// SPDX-License-Identifier: Apache-2.0
#include "whisper_encoder.h"

#include <optional>
#include <string>

#include <ATen/ops/gelu.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/zeros.h>

namespace vasa::speech {
namespace {

torch::nn::Conv1d make_conv(int in, int out, int stride) {
    return torch::nn::Conv1d(torch::nn::Conv1dOptions(in, out, 3).stride(stride).padding(1));
}

torch::nn::LayerNorm make_norm(int width) {
    return torch::nn::LayerNorm(torch::nn::LayerNormOptions({width}));
}

}  // namespace

WhisperAttentionImpl::WhisperAttentionImpl(int width, int num_heads)
    : num_heads_(num_heads),
      query_(register_module("query", tensor::Linear(width, width))),
      key_(register_module("key",
                           tensor::Linear(torch::nn::LinearOptions(width, width).bias(false)))),
      value_(register_module("value", tensor::Linear(width, width))),
      out_(register_module("out", tensor::Linear(width, width))) {}

at::Tensor WhisperAttentionImpl::split(const at::Tensor& x) const {
    return x.view({x.size(0), x.size(1), num_heads_, -1}).transpose(1, 2);
}

AttentionMemory WhisperAttentionImpl::remember(const at::Tensor& x) {
    return {split(key_(x)), split(value_(x))};
}

at::Tensor WhisperAttentionImpl::forward(const at::Tensor& x,
                                         const AttentionMemory& memory,
                                         const at::Tensor& mask) {
    const std::optional<at::Tensor> seen =
        mask.defined() ? std::optional<at::Tensor>(mask) : std::nullopt;
    const at::Tensor mixed = at::scaled_dot_product_attention(
        split(query_(x)), memory.keys, memory.values, seen);  // [B, H, Q, d]
    return out_(mixed.transpose(1, 2).reshape(x.sizes()));    // [B, Q, width]
}

WhisperBlockImpl::WhisperBlockImpl(int width, int num_heads)
    : attn_(register_module("attn", WhisperAttention(width, num_heads))),
      attn_ln_(register_module("attn_ln", make_norm(width))),
      mlp_ln_(register_module("mlp_ln", make_norm(width))),
      mlp_in_(tensor::Linear(width, 4 * width)),
      mlp_out_(tensor::Linear(4 * width, width)) {
    // The checkpoint numbers the layers of a sequence: 0, GELU, 2.
    const auto mlp = register_module("mlp", std::make_shared<torch::nn::Module>("mlp"));
    mlp->register_module("0", mlp_in_);
    mlp->register_module("2", mlp_out_);
}

AttentionMemory WhisperBlockImpl::remember(const at::Tensor& x) {
    return attn_->remember(attn_ln_(x));
}

at::Tensor WhisperBlockImpl::forward(const at::Tensor& x,
                                     const AttentionMemory& memory,
                                     const at::Tensor& mask) {
    const at::Tensor attended = x + attn_->forward(attn_ln_(x), memory, mask);
    return attended + mlp_out_(at::gelu(mlp_in_(mlp_ln_(attended))));
}

WhisperEncoderImpl::WhisperEncoderImpl(const WhisperConfig& config)
    : config_(config),
      conv1_(register_module("conv1", make_conv(config.num_mels, config.width, 1))),
      conv2_(register_module("conv2", make_conv(config.width, config.width, 2))),
      positional_embedding_(register_buffer("positional_embedding",
                                            at::zeros({config.num_positions, config.width}))) {
    const auto blocks = register_module("blocks", std::make_shared<torch::nn::Module>("blocks"));
    for (int i = 0; i < config.num_blocks; ++i) {
        blocks_.emplace_back(blocks->register_module(std::to_string(i),
                                                     WhisperBlock(config.width, config.num_heads)));
    }
}

at::Tensor WhisperEncoderImpl::forward(const at::Tensor& mel, std::vector<at::Tensor>* layers) {
    at::Tensor x = at::gelu(conv1_(mel));                                // [B, width, 2 T]
    x = at::gelu(conv2_(x)).transpose(1, 2);                             // [B, T, width]
    x = x + positional_embedding_.slice(0, 0, x.size(1)).to(x.dtype());  // [B, T, width]
    if (layers != nullptr) {
        layers->push_back(x);
    }
    for (WhisperBlock& block : blocks_) {
        x = block->forward(x);
        if (layers != nullptr) {
            layers->push_back(x);
        }
    }
    return x;
}

}  // namespace vasa::speech
