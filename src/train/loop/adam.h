// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <torch/nn/module.h>

namespace vasa::core {
class SafetensorsFile;
class SafetensorsWriter;
}  // namespace vasa::core

namespace vasa::train {

struct AdamOptions {
    double beta1 = 0.9, beta2 = 0.99, epsilon = 1e-8, weight_decay = 0.0;
};

/// Adam for the parameters of a network, whose moments go into checkpoints.
/// Source: Kingma & Ba, Adam (2015); Loshchilov & Hutter, decoupled weight decay (2019).
class Adam {
  public:
    Adam(const torch::nn::Module& network, const AdamOptions& options);

    /// One step along the parameters' gradients; parameters without one stay.
    /// @param step  number of steps before this one
    void step(double learning_rate, int step);

    /// Moments as `prefix + "first." + name` and `prefix + "second." + name`.
    void save(core::SafetensorsWriter& writer, const std::string& prefix) const;
    /// @throws Error(Input) if they are missing or of other shapes.
    void load(const core::SafetensorsFile& file, const std::string& prefix);

  private:
    AdamOptions options_;
    std::vector<std::string> names_;
    std::vector<at::Tensor> parameters_, first_, second_;
};

}  // namespace vasa::train
