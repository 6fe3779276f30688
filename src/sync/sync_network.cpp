// SPDX-License-Identifier: Apache-2.0
#include "vasa/sync/sync_network.h"

#include "vasa/motion/motion_space.h"

#include <algorithm>
#include <cmath>

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/median.h>

namespace vasa::sync {
namespace {

at::Tensor unit_length(const at::Tensor& x) {
    return x / (x.norm(2, -1, true) + 1e-6);
}

}  // namespace

SyncNetworkImpl::SyncNetworkImpl(const SyncConfig& config)
    : lips_in_(register_module(
          "lips_in", tensor::Linear(kSyncWindow * config.lip_width, config.hidden_width))),
      lips_mid_(
          register_module("lips_mid", tensor::Linear(config.hidden_width, config.hidden_width))),
      lips_out_(
          register_module("lips_out", tensor::Linear(config.hidden_width, config.embedding_width))),
      speech_in_(register_module(
          "speech_in", tensor::Linear(kSyncWindow * config.speech_width, config.hidden_width))),
      speech_mid_(
          register_module("speech_mid", tensor::Linear(config.hidden_width, config.hidden_width))),
      speech_out_(register_module("speech_out",
                                  tensor::Linear(config.hidden_width, config.embedding_width))),
      log_scale_(register_parameter("log_scale", at::full({}, std::log(10.0)))) {}

at::Tensor SyncNetworkImpl::embed_lips(const at::Tensor& lips) {
    // Lips move by millimetres.
    const at::Tensor x = (lips * 5.0).flatten(1);  // [B, 5 · lip_width]
    return unit_length(lips_out_(at::gelu(lips_mid_(at::gelu(lips_in_(x))))));
}

at::Tensor SyncNetworkImpl::embed_speech(const at::Tensor& speech) {
    return unit_length(speech_out_(at::gelu(speech_mid_(at::gelu(speech_in_(speech.flatten(1)))))));
}

models::NetworkInputs sync_expert_inputs(const std::string& speech_features) {
    std::vector<std::string> motion = motion::motion_value_names(/*is_relative=*/false);
    motion.resize(kSyncMotionWidth);
    return {{"motion", motion}, {"speech", {speech_features}}};
}

at::Tensor sync_windows(const at::Tensor& rows) {
    return rows.unfold(0, kSyncWindow, 1).transpose(1, 2);  // [T - 4, 5, C]
}

at::Tensor sync_lips(const at::Tensor& motion, const at::Tensor& basis) {
    const at::Tensor lips = at::matmul(motion, basis.t());  // [T, lip_width]
    return lips - std::get<0>(lips.median(0, true));
}

std::array<float, kNumSyncLags> sync_curve(const at::Tensor& lips, const at::Tensor& speech) {
    std::array<float, kNumSyncLags> curve{};
    const std::int64_t length = lips.size(0);
    for (int i = 0; i < kNumSyncLags; ++i) {
        const int lag = i - kMaxSyncLag;
        // Pairs lips at t with speech at t - lag: late lips match earlier speech.
        const std::int64_t from = std::max(lag, 0);
        const std::int64_t to = length + std::min(lag, 0);
        const at::Tensor products =
            (lips.slice(0, from, to) * speech.slice(0, from - lag, to - lag)).sum(1);
        curve[static_cast<std::size_t>(i)] = products.mean().item<float>();
    }
    return curve;
}

}  // namespace vasa::sync
