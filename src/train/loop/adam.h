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
    /// One torch kernel for a whole step; false = operator by operator, which rounds differently.
    bool is_fused = true;
};

/// AdamW for the parameters of a network; its moments go into checkpoints.
///
/// The moments start at zero and are corrected by their number of updates. It differs from the
/// training step if a network starts to learn later.
/// Source: Kingma & Ba, Adam (2015), algorithm 1; Loshchilov & Hutter, Decoupled weight decay
/// regularization (2019), algorithm 2.
class Adam {
  public:
    Adam(const torch::nn::Module& network, const AdamOptions& options);

    /// One update along the parameters' gradients; parameters without a gradient do not change.
    void step(double learning_rate);
    int num_updates() const { return num_updates_; }

    /// Moments as `prefix + "first." + name` and `prefix + "second." + name`, the number of updates
    /// as metadata `prefix + "num_updates"`.
    void save(core::SafetensorsWriter& writer, const std::string& prefix) const;
    /// @throws Error(Input) if they are missing or have other shapes.
    void load(const core::SafetensorsFile& file, const std::string& prefix);

  private:
    AdamOptions options_;
    int num_updates_ = 0;
    std::vector<std::string> names_;
    std::vector<at::Tensor> parameters_, first_, second_;
};

}  // namespace vasa::train
