// SPDX-License-Identifier: Apache-2.0
#include "vasa/decode/frame_network.h"

#include "vasa/core/error.h"
#include "vasa/core/safetensors.h"
#include "vasa/decode/frame_conditions.h"
#include "vasa/tensor/weights.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/pixel_shuffle.h>
#include <ATen/ops/pixel_unshuffle.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/upsample_nearest2d.h>
#include <torch/nn/init.h>
#include <torch/utils.h>

namespace vasa::decode {
namespace {

using core::Error;
using core::ErrorKind;

constexpr int kFold = 2;
constexpr int kNumOutputs = 4;  ///< change of three colours, and its share
constexpr const char* kFormat = "vasa frame decoder network";

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
    const at::Tensor beside = shortcut_.is_empty() ? x : shortcut_->plain(x);
    return second_->activated_sum(first_->activated(x), beside);
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
        down_.push_back(register_module("down" + std::to_string(i),
                                        ConvBlock(channels[i == 0 ? 0 : i - 1], channels[i])));
    }
    middle_ = register_module("middle", ConvBlock(channels.back(), channels.back()));
    for (std::size_t i = num_levels - 1; i-- > 0;) {
        narrow_.push_back(register_module("narrow" + std::to_string(i),
                                          FrameConv(channels[i + 1], channels[i], 1)));
        up_.push_back(
            register_module("up" + std::to_string(i), ConvBlock(2 * channels[i], channels[i])));
    }
    torch::nn::init::zeros_(out_->weight);
    torch::nn::init::zeros_(out_->bias);
}

at::Tensor FrameNetworkImpl::forward(const at::Tensor& conditions, const at::Tensor& region) {
    at::Tensor x = in_->activated(
        at::pixel_unshuffle(conditions, kFold).contiguous(at::MemoryFormat::ChannelsLast));
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
        const at::Tensor& skip = skipped.back();
        const at::Tensor wide =
            at::upsample_nearest2d(narrow_[i]->plain(x), {skip.size(2), skip.size(3)});
        x = up_[i](at::cat({wide, skip}, 1));
        skipped.pop_back();
    }
    const at::Tensor painted =
        at::pixel_shuffle(out_->plain(x), kFold).to(conditions.scalar_type());
    const at::Tensor share = at::sigmoid(painted.slice(1, 3, 4)) * region;
    return conditions.slice(1, 0, 3) + painted.slice(1, 0, 3) * share;
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

at::Tensor paint_region(const at::Tensor& lost) {
    constexpr int kWiden = 11, kSoften = 7;
    const at::Tensor wide = at::max_pool2d(lost, kWiden, 1, kWiden / 2);
    return at::avg_pool2d(wide, kSoften, 1, kSoften / 2, false, false);
}

void save_frame_network(const std::string& path,
                        const FrameNetwork& network,
                        int num_steps,
                        const std::string& command) {
    core::SafetensorsWriter writer;
    writer.set_metadata("format", kFormat);
    writer.set_metadata("version", "1");
    writer.set_metadata("config", network->config().to_json());
    writer.set_metadata("steps", std::to_string(num_steps));
    writer.set_metadata("command", command);
    tensor::add_weights(writer, *network, "network.", core::DType::F16);
    writer.save(path);
}

FrameNetwork load_frame_network(const std::string& path) {
    const auto file = core::SafetensorsFile::load(path, ErrorKind::Model);
    if (file.metadata("format") != kFormat || file.metadata("version") != "1") {
        throw Error(ErrorKind::Model, "'" + path + "' is no frame decoder network of version 1");
    }
    FrameNetwork network(FrameNetworkConfig::from_json(file.metadata("config"), path));
    tensor::load_weights(*network, file, "network.");
    network->eval();
    return network;
}

}  // namespace vasa::decode
