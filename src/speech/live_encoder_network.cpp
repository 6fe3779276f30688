// SPDX-License-Identifier: Apache-2.0
#include "vasa/speech/live_encoder_network.h"

#include "whisper_encoder.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/conv1d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/zeros.h>

namespace vasa::speech {
namespace {

/// Position that slow sines keep: the middle of the rows that the window encoder keeps.
constexpr double kUsualPosition = 144.0;
/// Rows in Whisper's 30 s.
constexpr double kWhisperRows = 1500.0;
/// Ratio of the longest to the shortest wave length of Whisper's positions.
constexpr double kWaveRange = 10000.0;

torch::nn::Conv1d make_conv(int in, int out, int stride) {
    return torch::nn::Conv1d(torch::nn::Conv1dOptions(in, out, 3).stride(stride).padding(1));
}

/// Which of the rows [first_key, first_key + num_keys) each row of [first, first + count) sees.
at::Tensor band_mask(const LiveEncoderConfig& config,
                     std::int64_t first,
                     std::int64_t count,
                     std::int64_t first_key,
                     std::int64_t num_keys) {
    const at::Tensor rows = at::arange(first, first + count).unsqueeze(1);
    const at::Tensor offset = at::arange(first_key, first_key + num_keys) - rows;
    return offset.ge(-config.past_rows).logical_and(offset.le(config.future_rows));
}

}  // namespace

at::Tensor live_positions(std::int64_t first, std::int64_t count, int width) {
    const int num_waves = width / 2;
    at::Tensor positions = at::empty({count, width}, at::kFloat);
    float* out = positions.data_ptr<float>();
    for (int k = 0; k < num_waves; ++k) {
        const double rate = std::exp(-std::log(kWaveRange) * k / (num_waves - 1));
        const bool is_slow = rate * kWhisperRows < 2.0 * M_PI;
        for (std::int64_t i = 0; i < count; ++i) {
            const double angle = rate * (is_slow ? kUsualPosition : static_cast<double>(first + i));
            out[i * width + k] = static_cast<float>(std::sin(angle));
            out[i * width + num_waves + k] = static_cast<float>(std::cos(angle));
        }
    }
    return positions;
}

LiveEncoderImpl::LiveEncoderImpl(const LiveEncoderConfig& config)
    : config_(config),
      conv1_(register_module("conv1", make_conv(config.num_mels, config.width, 1))),
      conv2_(register_module("conv2", make_conv(config.width, config.width, 2))) {
    const auto blocks = register_module("blocks", std::make_shared<torch::nn::Module>("blocks"));
    for (int i = 0; i < config.num_blocks; ++i) {
        const WhisperBlock block(config.width, config.num_heads);
        blocks_.push_back(blocks->register_module(std::to_string(i), block.ptr()));
    }
}

at::Tensor LiveEncoderImpl::forward(const at::Tensor& mel, std::int64_t first_row) {
    at::Tensor x = at::gelu(conv1_(mel));     // [B, width, 2 T]
    x = at::gelu(conv2_(x)).transpose(1, 2);  // [B, T, width]
    const std::int64_t count = x.size(1);
    x = x + live_positions(first_row, count, config_.width).to(x.options());
    const at::Tensor mask = band_mask(config_, 0, count, 0, count).to(x.device());
    for (const auto& block : blocks_) {
        x = block->forward(x, block->remember(x), mask);
    }
    return x;
}

LiveEncoderState::LiveEncoderState(const LiveEncoderConfig& config)
    : config_(config),
      mel_end_(at::zeros({1, config.num_mels, 1})),
      conv_end_(at::zeros({1, config.width, 1})),
      blocks_(static_cast<std::size_t>(config.num_blocks)) {}

at::Tensor LiveEncoderState::append(LiveEncoderImpl& network, const at::Tensor& mel) {
    const auto convolve = [](const at::Tensor& x, const torch::nn::Conv1d& conv, int stride) {
        return at::gelu(at::conv1d(x, conv->weight, conv->bias, stride));
    };
    const at::Tensor columns =
        at::cat({mel_end_.to(mel.device()), mel.unsqueeze(0)}, 2);  // [1, 80, 2 + n]
    mel_end_ = columns.slice(2, columns.size(2) - 2);
    const at::Tensor first =
        at::cat({conv_end_.to(mel.device()), convolve(columns, network.conv1_, 1)}, 2);
    conv_end_ = first.slice(2, first.size(2) - 1);
    at::Tensor x = convolve(first, network.conv2_, 2).transpose(1, 2);  // [1, n / 2, width]
    x = x + live_positions(num_rows_, x.size(1), config_.width).to(x.options());
    num_rows_ += x.size(1);
    for (std::size_t i = 0; i < blocks_.size() && x.size(1) > 0; ++i) {
        x = append_to(blocks_[i], *network.blocks_[i], x);
    }
    return x[0];
}

at::Tensor LiveEncoderState::append_to(Block& block,
                                       WhisperBlockImpl& weights,
                                       const at::Tensor& x) const {
    const AttentionMemory memory = weights.remember(x);
    const bool is_first = !block.keys.defined();
    block.keys = is_first ? memory.keys : at::cat({block.keys, memory.keys}, 2);
    block.values = is_first ? memory.values : at::cat({block.values, memory.values}, 2);
    const at::Tensor rows = is_first ? x : at::cat({block.waiting, x}, 1);
    const std::int64_t count = std::max<std::int64_t>(rows.size(1) - config_.future_rows, 0);
    const std::int64_t end = block.first_waiting + count;
    block.waiting = rows.slice(1, count);
    if (count == 0) {
        return rows.slice(1, 0, 0);
    }
    const at::Tensor mask =
        band_mask(config_, block.first_waiting, count, block.first_key, block.keys.size(2));
    const at::Tensor made =
        weights.forward(rows.slice(1, 0, count), {block.keys, block.values}, mask.to(x.device()));
    block.first_waiting = end;
    const std::int64_t unseen =
        std::max<std::int64_t>(end - config_.past_rows - block.first_key, 0);
    block.keys = block.keys.slice(2, unseen).contiguous();
    block.values = block.values.slice(2, unseen).contiguous();
    block.first_key += unseen;
    return made;
}

}  // namespace vasa::speech
