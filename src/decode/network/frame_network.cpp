// SPDX-License-Identifier: Apache-2.0
#include "vasa/decode/frame_network.h"

#include "vasa/core/safetensors.h"
#include "vasa/decode/frame_conditions.h"
#include "vasa/models/file_marker.h"
#include "vasa/models/network_inputs.h"
#include "vasa/tensor/weights.h"

#include <cstring>

#include <ATen/TensorOperators.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/pixel_shuffle.h>
#include <ATen/ops/pixel_unshuffle.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/upsample_nearest2d.h>
#include <torch/nn/init.h>
#include <torch/utils.h>

namespace vasa::decode {
namespace {

constexpr int kFold = 2;
constexpr int kNumOutputs = 4;  ///< change of three colours, and its blend weight

models::NetworkInputs network_inputs() {
    return {{"conditions", {kConditionNames.begin(), kConditionNames.end()}}};
}

/// Upsamples `small` 2×2 and concatenates its channels before those of `large`.
at::Tensor join_doubled(const at::Tensor& small, const at::Tensor& large) {
    const bool is_half = 2 * small.size(2) == large.size(2) && 2 * small.size(3) == large.size(3);
    if (small.requires_grad() || !small.is_cpu() || !is_half) {
        return at::cat({at::upsample_nearest2d(small, {large.size(2), large.size(3)}), large}, 1);
    }
    // Same result in one pass over the memory.
    constexpr auto kLayout = at::MemoryFormat::ChannelsLast;
    const at::Tensor from_small = small.contiguous(kLayout), from_large = large.contiguous(kLayout);
    const std::int64_t height = large.size(2), width = large.size(3);
    at::Tensor joined = at::empty({large.size(0), small.size(1) + large.size(1), height, width},
                                  large.options().memory_format(kLayout));
    const auto bytes = [](const at::Tensor& x) {
        return static_cast<std::size_t>(x.size(1)) * x.element_size();
    };
    const auto* small_pixel = static_cast<const char*>(from_small.const_data_ptr());
    const auto* large_pixel = static_cast<const char*>(from_large.const_data_ptr());
    auto* out = static_cast<char*>(joined.data_ptr());
    for (std::int64_t row = 0; row < large.size(0) * height; ++row) {
        const char* const small_row =
            small_pixel + static_cast<std::size_t>(row / 2 * (width / 2)) * bytes(small);
        for (std::int64_t x = 0; x < width; ++x) {
            std::memcpy(
                out, small_row + static_cast<std::size_t>(x / 2) * bytes(small), bytes(small));
            std::memcpy(out + bytes(small), large_pixel, bytes(large));
            out += bytes(joined);
            large_pixel += bytes(large);
        }
    }
    return joined;
}

}  // namespace

ConvBlockImpl::ConvBlockImpl(int num_in, int num_out)
    : first_(register_module("first", FrameConv(num_in, num_out, 3))),
      second_(register_module("second", FrameConv(num_out, num_out, 3))) {
    if (num_in != num_out) {
        shortcut_ = register_module("shortcut", FrameConv(num_in, num_out, 1));
    }
    const torch::NoGradGuard guard;
    second_->weight.mul_(0.2);
}

at::Tensor ConvBlockImpl::forward(const at::Tensor& x) {
    const at::Tensor inside = first_->activated(x);
    return second_->activated_sum(inside, shortcut_.is_empty() ? x : shortcut_->plain(x));
}

FrameNetworkImpl::FrameNetworkImpl(const FrameNetworkConfig& config)
    : config_(config),
      in_(register_module("in",
                          FrameConv(kNumConditions * kFold * kFold, config.channels.front(), 3))),
      out_(register_module("out",
                           FrameConv(config.channels.front(), kNumOutputs * kFold * kFold, 3))) {
    config.check(config.name);
    const std::vector<int>& channels = config.channels;
    const std::size_t num_levels = channels.size();
    for (std::size_t i = 0; i < num_levels; ++i) {
        down_.emplace_back(register_module("down" + std::to_string(i),
                                           ConvBlock(channels[i == 0 ? 0 : i - 1], channels[i])));
    }
    middle_ = register_module("middle", ConvBlock(channels.back(), channels.back()));
    for (std::size_t i = num_levels - 1; i-- > 0;) {
        narrow_.emplace_back(register_module("narrow" + std::to_string(i),
                                             FrameConv(channels[i + 1], channels[i], 1)));
        up_.emplace_back(
            register_module("up" + std::to_string(i), ConvBlock(2 * channels[i], channels[i])));
    }
    torch::nn::init::zeros_(out_->weight);
    torch::nn::init::zeros_(out_->bias);
}

at::Tensor FrameNetworkImpl::forward(const at::Tensor& conditions, const at::Tensor& region) {
    const at::Tensor painted =
        at::pixel_shuffle(predict(at::pixel_unshuffle(conditions, kFold)), kFold)
            .to(conditions.scalar_type());
    const at::Tensor blend = at::sigmoid(painted.slice(1, 3, 4)) * region;
    return conditions.slice(1, 0, 3) + painted.slice(1, 0, 3) * blend;
}

at::Tensor FrameNetworkImpl::predict(const at::Tensor& folded) {
    at::Tensor x = in_->activated(folded.contiguous(at::MemoryFormat::ChannelsLast));
    std::vector<at::Tensor> skipped;
    for (std::size_t i = 0; i < down_.size(); ++i) {
        if (i > 0) {
            skipped.push_back(x);
            x = at::avg_pool2d(x, 2);
        }
        x = down_[i](x);
    }
    x = middle_(x);
    for (std::size_t i = 0; i < up_.size(); ++i) {
        x = up_[i](join_doubled(narrow_[i]->plain(x), skipped.back()));
        skipped.pop_back();
    }
    return out_->plain(x);
}

void FrameNetworkImpl::prepare(at::Device device, at::ScalarType type) {
    to(device, type);
    for (at::Tensor& parameter : parameters()) {
        parameter.set_requires_grad(false);
        if (parameter.dim() == 4) {
            parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
        }
    }
}

void FrameNetworkImpl::fuse() {
    const auto fuse_all = [](torch::nn::Module& part) {
        for (const auto& module : part.modules()) {
            if (auto* conv = module->as<FrameConvImpl>()) {
                conv->fuse();
            }
        }
    };
    fuse_all(*in_);
    fuse_all(*out_);
    for (std::size_t i = 0; i < up_.size(); ++i) {
        fuse_all(*down_[i]);
        fuse_all(*up_[i]);
        fuse_all(*narrow_[i]);
    }
}

void save_frame_network(const std::string& path,
                        const FrameNetwork& network,
                        const models::TrainingSummary& training) {
    core::SafetensorsWriter writer;
    models::write_marker(writer, models::FileKind::FrameDecoder);
    models::write_inputs(writer, network_inputs());
    models::write_training(writer, training);
    writer.set_metadata("config", network->config().to_json());
    tensor::add_weights(writer, *network, "network.", core::DType::F16);
    writer.save(path);
}

FrameNetwork load_frame_network(const std::string& path) {
    const auto file = core::SafetensorsFile::load(path, core::ErrorKind::Model);
    models::check_marker(file, models::FileKind::FrameDecoder);
    models::check_inputs(file, network_inputs());
    FrameNetwork network(FrameNetworkConfig::from_json(file.metadata("config"), path));
    tensor::load_weights(*network, file, "network.");
    network->eval();
    return network;
}

}  // namespace vasa::decode
