// SPDX-License-Identifier: Apache-2.0
#include "vasa/decode/frame_network.h"

#include <array>
#include <optional>
#include <string_view>

#include <ATen/TensorOperators.h>
#include <ATen/core/List.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/mkldnn_reorder_conv2d_weight.h>
#include <ATen/ops/to_mkldnn.h>
#include <torch/utils.h>

namespace vasa::decode {
namespace {

constexpr double kSlope = 0.2;
constexpr std::array<std::int64_t, 2> kOne = {1, 1};

using Scalars = c10::List<std::optional<at::Scalar>>;
using OptionalTensor = std::optional<at::Tensor>;
using OptionalName = std::optional<std::string_view>;

// libtorch's fused operators, which have no C++ functions.
using Pointwise = at::Tensor(const at::Tensor& x,
                             const at::Tensor& weight,
                             const OptionalTensor& bias,
                             at::IntArrayRef padding,
                             at::IntArrayRef stride,
                             at::IntArrayRef dilation,
                             std::int64_t groups,
                             std::string_view activation,
                             Scalars values,
                             OptionalName algorithm);
using PointwiseBinary = at::Tensor&(at::Tensor& other,
                                    const at::Tensor& x,
                                    const at::Tensor& weight,
                                    const OptionalTensor& bias,
                                    at::IntArrayRef padding,
                                    at::IntArrayRef stride,
                                    at::IntArrayRef dilation,
                                    std::int64_t groups,
                                    std::string_view operation,
                                    std::optional<at::Scalar> share,
                                    OptionalName activation,
                                    Scalars values,
                                    OptionalName algorithm);

template <typename Signature>
c10::TypedOperatorHandle<Signature> find_operator(const char* name, const char* overload) {
    return c10::Dispatcher::singleton()
        .findSchemaOrThrow(name, overload)
        .template typed<Signature>();
}

Scalars slope() {
    Scalars values;
    values.push_back(at::Scalar(kSlope));
    return values;
}

at::Tensor fused(const at::Tensor& x,
                 const at::Tensor& weight,
                 const at::Tensor& bias,
                 at::IntArrayRef padding,
                 bool is_activated) {
    static const auto convolve = find_operator<Pointwise>("mkldnn::_convolution_pointwise", "");
    return convolve.call(x,
                         weight,
                         bias,
                         padding,
                         kOne,
                         kOne,
                         1,
                         is_activated ? "leaky_relu" : "none",
                         is_activated ? slope() : Scalars(),
                         std::nullopt);
}

}  // namespace

FrameConvImpl::FrameConvImpl(int num_in, int num_out, int size)
    : torch::nn::Conv2dImpl(torch::nn::Conv2dOptions(num_in, num_out, size).padding(size / 2)),
      padding_{size / 2, size / 2} {}

at::Tensor FrameConvImpl::plain(const at::Tensor& x) {
    return packed_.defined() ? fused(x, packed_, bias, padding_, false) : forward(x);
}

at::Tensor FrameConvImpl::activated(const at::Tensor& x) {
    return packed_.defined() ? fused(x, packed_, bias, padding_, true)
                             : at::leaky_relu(forward(x), kSlope);
}

at::Tensor FrameConvImpl::activated_sum(const at::Tensor& x, at::Tensor beside) {
    if (!packed_.defined()) {
        return at::leaky_relu(forward(x) + beside, kSlope);
    }
    static const auto convolve =
        find_operator<PointwiseBinary>("mkldnn::_convolution_pointwise_", "binary");
    // This operator supports no activation but relu after the sum.
    convolve.call(beside,
                  x,
                  packed_,
                  bias,
                  padding_,
                  kOne,
                  kOne,
                  1,
                  "add",
                  at::Scalar(1.0),
                  std::nullopt,
                  Scalars(),
                  std::nullopt);
    return at::leaky_relu_(beside, kSlope);
}

void FrameConvImpl::fuse() {
    const torch::NoGradGuard guard;
    packed_ = at::mkldnn_reorder_conv2d_weight(weight.to_mkldnn(), padding_, kOne, kOne, 1);
}

}  // namespace vasa::decode
