// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/motion_transformer.h"

#include "vasa/core/error.h"
#include "vasa/motion/motion_space.h"

#include <cmath>
#include <set>

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <torch/nn/init.h>

#include <nlohmann/json.hpp>

namespace vasa::drive {
namespace {

using core::Error;
using core::ErrorKind;

constexpr double kNormEps = 1e-5;
constexpr int kMaxStyles = 64;

at::Tensor normalised(const at::Tensor& x) {
    return at::layer_norm(x, {x.size(-1)}, {}, {}, kNormEps);
}

at::Tensor modulated(const at::Tensor& x, const at::Tensor& shift, const at::Tensor& scale) {
    return normalised(x) * (scale.unsqueeze(1) + 1.0) + shift.unsqueeze(1);
}

tensor::Linear make_zero_linear(int in, int out) {
    tensor::Linear linear(in, out);
    torch::nn::init::zeros_(linear->weight);
    torch::nn::init::zeros_(linear->bias);
    return linear;
}

/// Sines and cosines of geometrically spaced frequencies, [B, width].
at::Tensor step_embedding(const at::Tensor& step, int width) {
    const int num_rates = width / 2;
    const at::Tensor rates = at::exp(at::arange(num_rates, step.options()) *
                                     (-std::log(10000.0) / num_rates));  // [width / 2]
    const at::Tensor angles = (step * 1000.0).unsqueeze(1) * rates;      // [B, width / 2]
    return at::cat({angles.sin(), angles.cos()}, 1);                     // [B, width]
}

/// Concatenates each row with the `reach` rows before and after it, zeros beyond the ends:
/// [B, T, C] → [B, T, C (2 reach + 1)].
at::Tensor neighbourhoods(const at::Tensor& rows, int reach) {
    return at::constant_pad_nd(rows, {0, 0, reach, reach})
        .unfold(1, 2 * reach + 1, 1)
        .reshape({rows.size(0), rows.size(1), -1});
}

void check_range(const std::string& name, const char* field, int value, int low, int high) {
    if (value < low || value > high) {
        throw Error(ErrorKind::Model,
                    "motion network '" + name + "': " + field + " is " + std::to_string(value) +
                        ", expected " + std::to_string(low) + " to " + std::to_string(high));
    }
}

}  // namespace

std::string MotionTransformerConfig::to_json() const {
    return nlohmann::json{{"width", width},
                          {"num_layers", num_layers},
                          {"num_heads", num_heads},
                          {"window", window},
                          {"history", history},
                          {"reach", reach},
                          {"speech_width", speech_width},
                          {"styles", styles}}
        .dump();
}

MotionTransformerConfig MotionTransformerConfig::from_json(const std::string& text,
                                                           const std::string& name) {
    MotionTransformerConfig config;
    try {
        const nlohmann::json json = nlohmann::json::parse(text);
        const std::set<std::string> known = {"width",
                                             "num_layers",
                                             "num_heads",
                                             "window",
                                             "history",
                                             "reach",
                                             "speech_width",
                                             "styles"};
        for (const auto& [key, value] : json.items()) {
            if (known.count(key) == 0) {
                throw Error(ErrorKind::Model,
                            "motion network '" + name + "': unknown key '" + key + "'");
            }
        }
        config.width = json.at("width").get<int>();
        config.num_layers = json.at("num_layers").get<int>();
        config.num_heads = json.at("num_heads").get<int>();
        config.window = json.at("window").get<int>();
        config.history = json.at("history").get<int>();
        config.reach = json.at("reach").get<int>();
        config.speech_width = json.at("speech_width").get<int>();
        config.styles = json.at("styles").get<std::vector<std::string>>();
    } catch (const nlohmann::json::exception& error) {
        throw Error(ErrorKind::Model,
                    "motion network '" + name + "': configuration: " + error.what());
    }
    config.check(name);
    return config;
}

void MotionTransformerConfig::check(const std::string& name) const {
    check_range(name, "width", width, 16, 2048);
    check_range(name, "num_layers", num_layers, 1, 48);
    check_range(name, "num_heads", num_heads, 1, 64);
    check_range(name, "window", window, 1, 1000);
    check_range(name, "history", history, 1, 1000);
    check_range(name, "reach", reach, 0, 100);
    check_range(name, "speech_width", speech_width, 1, 8192);
    check_range(name, "number of styles", static_cast<int>(styles.size()), 1, kMaxStyles);
    if (width % (2 * num_heads) != 0) {
        throw Error(ErrorKind::Model,
                    "motion network '" + name + "': width " + std::to_string(width) +
                        " cannot be divided among " + std::to_string(num_heads) + " heads");
    }
}

models::NetworkInputs motion_network_inputs(const std::string& speech_features) {
    std::vector<std::string> controls = motion::control_value_names();
    for (const char* name : {"gaze", "distance", "emotion"}) {
        controls.push_back(std::string(name) + " is known");
    }
    return {{"motion", motion::motion_value_names(/*is_relative=*/true)},
            {"controls", controls},
            {"speech", {speech_features}}};
}

MotionConditions MotionConditions::item(std::int64_t index) const {
    MotionConditions result = *this;
    for (at::Tensor* tensor : {&result.speech,
                               &result.speech_known,
                               &result.history,
                               &result.has_history,
                               &result.controls,
                               &result.gaze_known,
                               &result.distance_known,
                               &result.emotion_known,
                               &result.style}) {
        *tensor = tensor->slice(0, index, index + 1);
    }
    return result;
}

MotionBlockImpl::MotionBlockImpl(int width, int num_heads)
    : num_heads_(num_heads),
      modulation_(register_module("modulation", make_zero_linear(width, 6 * width))),
      qkv_(register_module("qkv", tensor::Linear(width, 3 * width))),
      out_(register_module("out", tensor::Linear(width, width))),
      mlp_in_(register_module("mlp_in", tensor::Linear(width, 4 * width))),
      mlp_out_(register_module("mlp_out", tensor::Linear(4 * width, width))) {}

at::Tensor MotionBlockImpl::forward(const at::Tensor& x, const at::Tensor& context) {
    const auto m = modulation_(context).chunk(6, 1);  // 6 of [B, width]
    const auto qkv = qkv_(modulated(x, m[0], m[1]))
                         .view({x.size(0), x.size(1), 3, num_heads_, -1})
                         .permute({2, 0, 3, 1, 4});  // [3, B, H, T, d]
    const at::Tensor mixed =
        at::scaled_dot_product_attention(qkv[0], qkv[1], qkv[2]);  // [B, H, T, d]
    const at::Tensor attended =
        x + m[2].unsqueeze(1) * out_(mixed.transpose(1, 2).reshape(x.sizes()));  // [B, T, width]
    return attended +
           m[5].unsqueeze(1) * mlp_out_(at::gelu(mlp_in_(modulated(attended, m[3], m[4])), "tanh"));
}

MotionTransformerImpl::MotionTransformerImpl(const MotionTransformerConfig& config)
    : config_(config),
      motion_in_(register_module(
          "motion_in",
          tensor::Linear(motion::kMotionWidth * (2 * config.reach + 1), config.width))),
      speech_in_(register_module("speech_in", tensor::Linear(config.speech_width, config.width))),
      control_in_(
          register_module("control_in", tensor::Linear(motion::kControlWidth + 3, config.width))),
      step_in_(register_module("step_in", tensor::Linear(config.width, config.width))),
      step_out_(register_module("step_out", tensor::Linear(config.width, config.width))),
      position_(register_parameter(
          "position", at::randn({config.history + config.window, config.width}) * 0.02)),
      history_mark_(register_parameter("history_mark", at::randn({2, config.width}) * 0.02)),
      no_speech_(register_parameter("no_speech", at::zeros({config.width}))),
      style_(register_parameter(
          "style",
          at::randn({static_cast<std::int64_t>(config.styles.size()) + 1, config.width}) * 0.02)),
      final_modulation_(
          register_module("final_modulation", make_zero_linear(config.width, 2 * config.width))),
      motion_out_(
          register_module("motion_out", make_zero_linear(config.width, motion::kMotionWidth))) {
    for (int i = 0; i < config.num_layers; ++i) {
        blocks_.emplace_back(register_module("block" + std::to_string(i),
                                             MotionBlock(config.width, config.num_heads)));
    }
}

at::Tensor MotionTransformerImpl::forward(const at::Tensor& noisy,
                                          const at::Tensor& step,
                                          const MotionConditions& conditions) {
    const at::Tensor has_history = conditions.has_history.view({-1, 1, 1});
    const at::Tensor mark =
        history_mark_[0] * has_history + history_mark_[1] * (1.0 - has_history);  // [B, 1, width]
    const at::Tensor motion = at::cat({conditions.history * has_history, noisy}, 1);
    at::Tensor x = motion_in_(neighbourhoods(motion, config_.reach)) + position_;  // [B, T, width]
    x = x + at::constant_pad_nd(mark.expand({-1, config_.history, -1}),
                                {0, 0, 0, x.size(1) - config_.history});
    const at::Tensor heard = conditions.speech_known.unsqueeze(2);               // [B, T, 1]
    x = x + speech_in_(conditions.speech) * heard + no_speech_ * (1.0 - heard);  // [B, T, width]

    const auto column = [](const at::Tensor& known) { return known.view({-1, 1, 1}); };
    const at::Tensor gaze = column(conditions.gaze_known);
    const at::Tensor distance = column(conditions.distance_known);
    const at::Tensor emotion = column(conditions.emotion_known);
    const std::int64_t length = x.size(1);
    const at::Tensor controls = at::cat({conditions.controls.slice(2, 0, 2) * gaze,
                                         conditions.controls.slice(2, 2, 3) * distance,
                                         conditions.controls.slice(2, 3) * emotion,
                                         gaze.expand({-1, length, 1}),
                                         distance.expand({-1, length, 1}),
                                         emotion.expand({-1, length, 1})},
                                        2);  // [B, T, kControlWidth + 3]
    x = x + control_in_(controls);           // [B, T, width]

    const at::Tensor context =
        at::silu(step_out_(at::silu(step_in_(step_embedding(step, config_.width)))) +
                 style_.index_select(0, conditions.style));  // [B, width]
    for (MotionBlock& block : blocks_) {
        x = block(x, context);
    }
    const auto m = final_modulation_(context).chunk(2, 1);
    return motion_out_(modulated(x.slice(1, config_.history), m[0], m[1]));  // [B, W, 52]
}

}  // namespace vasa::drive
