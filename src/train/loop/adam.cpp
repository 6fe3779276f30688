// SPDX-License-Identifier: Apache-2.0
#include "loop/adam.h"

#include "loop/checkpoint.h"

#include "vasa/core/safetensors.h"

#include <cmath>

#include <ATen/TensorOperators.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros_like.h>
#include <torch/utils.h>

namespace vasa::train {
namespace {

void step_plain(const AdamOptions& options,
                int num_updates,
                double learning_rate,
                at::Tensor& parameter,
                const at::Tensor& gradient,
                at::Tensor& first,
                at::Tensor& second) {
    parameter.mul_(1.0 - learning_rate * options.weight_decay);
    first.mul_(options.beta1).add_(gradient, 1.0 - options.beta1);
    second.mul_(options.beta2).addcmul_(gradient, gradient, 1.0 - options.beta2);
    const double first_correction = 1.0 - std::pow(options.beta1, num_updates);
    const double second_correction = 1.0 - std::pow(options.beta2, num_updates);
    const at::Tensor spread = (second.sqrt() / std::sqrt(second_correction)).add_(options.epsilon);
    parameter.addcdiv_(first, spread, -learning_rate / first_correction);
}

}  // namespace

Adam::Adam(const torch::nn::Module& network, const AdamOptions& options) : options_(options) {
    for (const auto& item : network.named_parameters()) {
        names_.push_back(item.key());
        parameters_.push_back(item.value());
        first_.push_back(at::zeros_like(item.value().detach(), at::MemoryFormat::Contiguous));
        second_.push_back(at::zeros_like(item.value().detach(), at::MemoryFormat::Contiguous));
    }
}

void Adam::step(double learning_rate) {
    const torch::NoGradGuard guard;
    ++num_updates_;
    std::vector<at::Tensor> parameters, gradients, first, second;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        if (parameters_[i].grad().defined()) {
            parameters.push_back(parameters_[i]);
            gradients.push_back(parameters_[i].grad());
            first.push_back(first_[i]);
            second.push_back(second_[i]);
        }
    }
    if (parameters.empty()) {
        return;
    }
    if (!options_.is_fused) {
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            step_plain(options_,
                       num_updates_,
                       learning_rate,
                       parameters[i],
                       gradients[i],
                       first[i],
                       second[i]);
        }
        return;
    }
    std::vector<at::Tensor> steps;
    for (const at::Tensor& parameter : parameters) {
        steps.push_back(at::full(
            {}, static_cast<double>(num_updates_), at::TensorOptions().device(parameter.device())));
    }
    at::_fused_adamw_(parameters,
                      gradients,
                      first,
                      second,
                      {},
                      steps,
                      learning_rate,
                      options_.beta1,
                      options_.beta2,
                      options_.weight_decay,
                      options_.epsilon,
                      false,
                      false);
}

void Adam::save(core::SafetensorsWriter& writer, const std::string& prefix) const {
    writer.set_metadata(prefix + "num_updates", std::to_string(num_updates_));
    const auto add = [&](const std::string& name, const at::Tensor& tensor) {
        const at::Tensor flat = tensor.to(at::kCPU).contiguous();
        writer.add_f32(name,
                       flat.sizes().vec(),
                       {flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel()});
    };
    for (std::size_t i = 0; i < names_.size(); ++i) {
        add(prefix + "first." + names_[i], first_[i]);
        add(prefix + "second." + names_[i], second_[i]);
    }
}

void Adam::load(const core::SafetensorsFile& file, const std::string& prefix) {
    const torch::NoGradGuard guard;
    num_updates_ = checkpoint_count(file, prefix + "num_updates");
    const auto fill = [&](const std::string& name, at::Tensor& tensor) {
        const std::vector<std::int64_t> shape = tensor.sizes().vec();
        std::vector<float> values = file.floats(name, shape);
        tensor.copy_(at::from_blob(values.data(), shape));
    };
    for (std::size_t i = 0; i < names_.size(); ++i) {
        fill(prefix + "first." + names_[i], first_[i]);
        fill(prefix + "second." + names_[i], second_[i]);
    }
}

}  // namespace vasa::train
