// SPDX-License-Identifier: Apache-2.0
#include "decoder/discriminator_trainer.h"

#include "vasa/core/safetensors.h"
#include "vasa/tensor/weights.h"

#include <ATen/TensorOperators.h>

namespace vasa::train {
namespace {

/// Less momentum than the network's: a discriminator's opponent changes at every step.
constexpr double kBeta1 = 0.5;

std::string prefix_of(std::size_t kind) {
    return "discriminator" + std::to_string(kind) + ".";
}

}  // namespace

DiscriminatorTrainer::DiscriminatorTrainer(at::Device device)
    : networks_{PatchDiscriminator(), PatchDiscriminator(), PatchDiscriminator()} {
    AdamOptions adam;
    adam.beta1 = kBeta1;
    for (PatchDiscriminator& network : networks_) {
        network->to(device);
        optimizers_.emplace_back(*network, adam);
    }
}

double DiscriminatorTrainer::step(const std::function<at::Tensor(PatchDiscriminators&)>& loss,
                                  double learning_rate) {
    const at::Tensor value = loss(networks_);
    for (PatchDiscriminator& network : networks_) {
        network->zero_grad();
    }
    value.backward();
    for (Adam& optimizer : optimizers_) {
        optimizer.step(learning_rate);
    }
    return value.item<double>();
}

void DiscriminatorTrainer::save(core::SafetensorsWriter& writer) const {
    for (std::size_t kind = 0; kind < networks_.size(); ++kind) {
        tensor::add_weights(writer, *networks_[kind], prefix_of(kind) + "network.");
        optimizers_[kind].save(writer, prefix_of(kind) + "adam.");
    }
}

void DiscriminatorTrainer::load(const core::SafetensorsFile& file) {
    for (std::size_t kind = 0; kind < networks_.size(); ++kind) {
        tensor::load_weights(*networks_[kind], file, prefix_of(kind) + "network.");
        optimizers_[kind].load(file, prefix_of(kind) + "adam.");
    }
}

}  // namespace vasa::train
