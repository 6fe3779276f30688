// SPDX-License-Identifier: Apache-2.0
#include "decoder/patch_discriminator.h"

#include "vasa/decode/frame_conditions.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/leaky_relu.h>
#include <torch/nn/init.h>
#include <torch/utils.h>

namespace vasa::train {
namespace {

using decode::Condition;

constexpr double kSlope = 0.2;
/// Conditions used: visibility to eye, and the portrait's scale.
constexpr int kFirst = static_cast<int>(Condition::Visibility),
              kEnd = static_cast<int>(Condition::Eye) + 1,
              kScale = static_cast<int>(Condition::SourceScale);
constexpr int kNumInputs = 3 + kEnd - kFirst + 1;

torch::nn::Conv2d make_conv(int num_in, int num_out, int size, int stride) {
    torch::nn::Conv2d conv(
        torch::nn::Conv2dOptions(num_in, num_out, size).stride(stride).padding(1));
    torch::nn::init::kaiming_normal_(conv->weight, kSlope);
    torch::nn::init::zeros_(conv->bias);
    return conv;
}

}  // namespace

PatchDiscriminatorImpl::PatchDiscriminatorImpl(int width)
    : first_(register_module("first", make_conv(kNumInputs, width, 4, 2))),
      second_(register_module("second", make_conv(width, 2 * width, 4, 2))),
      third_(register_module("third", make_conv(2 * width, 4 * width, 3, 1))),
      verdict_(register_module("verdict", make_conv(4 * width, 1, 3, 1))) {
    const torch::NoGradGuard guard;
    verdict_->weight.mul_(0.3);
}

std::pair<at::Tensor, std::vector<at::Tensor>> PatchDiscriminatorImpl::forward(
    const at::Tensor& colours, const at::Tensor& conditions) {
    at::Tensor x = at::cat(
        {colours * 2.0, conditions.slice(1, kFirst, kEnd), conditions.slice(1, kScale, kScale + 1)},
        1);
    std::vector<at::Tensor> features;
    for (torch::nn::Conv2d* conv : {&first_, &second_, &third_}) {
        x = at::leaky_relu((*conv)(x), kSlope);
        features.push_back(x);
    }
    return {verdict_(x), features};
}

}  // namespace vasa::train
