// SPDX-License-Identifier: Apache-2.0
#include "vasa/tensor/linear.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/randn.h>
#include <c10/core/InferenceMode.h>
#include <torch/utils.h>

#include "support/catch.h"

using namespace vasa;

namespace {

double largest_difference(const at::Tensor& a, const at::Tensor& b) {
    return (a - b).abs().max().item<double>();
}

}  // namespace

TEST_CASE("a linear layer gives the same with and without gradients") {
    constexpr double kRounding = 1e-4;  // of sums of 96 products of about 1
    const bool has_bias = GENERATE(true, false);
    tensor::Linear layer(torch::nn::LinearOptions(96, 40).bias(has_bias));
    const at::Tensor x = at::randn({2, 7, 96});
    const at::Tensor expected = at::linear(x, layer->weight, layer->bias);
    const at::Tensor recorded = layer(x);
    CHECK(recorded.requires_grad());
    CHECK(largest_difference(recorded, expected) == 0.0);
    {
        const torch::NoGradGuard guard;
        CHECK(largest_difference(layer(x), expected) < kRounding);
    }
    const c10::InferenceMode inference;
    const at::Tensor inferred = layer(x);
    CHECK(inferred.sizes() == expected.sizes());
    CHECK(largest_difference(inferred, expected) < kRounding);
    CHECK(layer(x.transpose(0, 1)).size(0) == 7);
    CHECK(layer(x.narrow(0, 0, 0)).numel() == 0);
}

TEST_CASE("a linear layer gives the same for each row, whatever other rows are with it") {
    const c10::InferenceMode inference;
    tensor::Linear layer(64, 64);
    const at::Tensor x = at::randn({50, 64});
    CHECK(largest_difference(layer(x).narrow(0, 3, 9), layer(x.narrow(0, 3, 9))) < 1e-5);
}
