// SPDX-License-Identifier: Apache-2.0
#include "loop/adam.h"

#include "vasa/core/safetensors.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros_like.h>
#include <torch/utils.h>

namespace vasa::train {

Adam::Adam(const torch::nn::Module& network, const AdamOptions& options) : options_(options) {
    for (const auto& item : network.named_parameters()) {
        names_.push_back(item.key());
        parameters_.push_back(item.value());
        first_.push_back(at::zeros_like(item.value().detach(), at::MemoryFormat::Contiguous));
        second_.push_back(at::zeros_like(item.value().detach(), at::MemoryFormat::Contiguous));
    }
}

void Adam::step(double learning_rate, int step) {
    const torch::NoGradGuard guard;
    std::vector<at::Tensor> parameters, gradients, first, second, steps;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        if (!parameters_[i].grad().defined()) {
            continue;
        }
        parameters.push_back(parameters_[i]);
        gradients.push_back(parameters_[i].grad());
        first.push_back(first_[i]);
        second.push_back(second_[i]);
        steps.push_back(
            at::full({}, step + 1.0, at::TensorOptions().device(parameters_[i].device())));
    }
    if (parameters.empty()) {
        return;
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
