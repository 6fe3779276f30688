// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include <torch/nn/module.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/pimpl.h>

namespace vasa::train {

/// Classifies patches as painted or real at each place, given the geometry.
/// Source: Isola et al., Image-to-image translation with conditional adversarial networks (2017).
class PatchDiscriminatorImpl : public torch::nn::Module {
  public:
    explicit PatchDiscriminatorImpl(int width = 32);

    /// @param colours     [B, 3, H, W], -0.5..0.5
    /// @param conditions  [B, kNumConditions, H, W]
    /// @return            verdict [B, 1, H/4, W/4], > 0 = real, and the intermediate features
    std::pair<at::Tensor, std::vector<at::Tensor>> forward(const at::Tensor& colours,
                                                           const at::Tensor& conditions);

  private:
    torch::nn::Conv2d first_, second_, third_, verdict_;
};
TORCH_MODULE(PatchDiscriminator);

}  // namespace vasa::train
