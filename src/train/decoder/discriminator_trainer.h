// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decoder/decoder_losses.h"
#include "loop/adam.h"

#include <functional>
#include <memory>

namespace vasa::train {

/// The discriminators of all kinds of patches and their optimizers. They start to learn later than
/// the network, and each optimizer counts its own updates.
class DiscriminatorTrainer {
  public:
    explicit DiscriminatorTrainer(at::Device device);

    PatchDiscriminators& networks() { return networks_; }
    /// Updates all of them once. @return  the loss
    double step(const std::function<at::Tensor(PatchDiscriminators&)>& loss, double learning_rate);

    /// Saves and loads weights and moments as `discriminator<kind>.network.` and `.adam.`.
    void save(core::SafetensorsWriter& writer) const;
    /// @throws Error if something is missing or does not fit.
    void load(const core::SafetensorsFile& file);

  private:
    PatchDiscriminators networks_;
    std::vector<Adam> optimizers_;
};

}  // namespace vasa::train
