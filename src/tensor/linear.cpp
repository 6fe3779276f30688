// SPDX-License-Identifier: Apache-2.0
#include "vasa/tensor/linear.h"

#include <optional>
#include <string_view>

#include <ATen/Context.h>
#include <ATen/core/List.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/grad_mode.h>

namespace vasa::tensor {
namespace {

using Scalars = c10::List<std::optional<at::Scalar>>;
// libtorch's operator, which has no C++ function.
using Pointwise = at::Tensor(const at::Tensor& x,
                             const at::Tensor& weight,
                             const std::optional<at::Tensor>& bias,
                             std::string_view activation,
                             Scalars values,
                             std::optional<std::string_view> algorithm);

bool is_for_onednn(const at::Tensor& x, const at::Tensor& weight) {
    return !at::GradMode::is_enabled() && x.device().is_cpu() && x.scalar_type() == at::kFloat &&
           weight.scalar_type() == at::kFloat && x.numel() > 0 && at::Context::hasMKLDNN() &&
           at::globalContext().userEnabledMkldnn();
}

}  // namespace

at::Tensor LinearImpl::forward(const at::Tensor& x) {
    if (!is_for_onednn(x, weight)) {
        return torch::nn::LinearImpl::forward(x);
    }
    static const auto multiply = c10::Dispatcher::singleton()
                                     .findSchemaOrThrow("mkldnn::_linear_pointwise", "")
                                     .typed<Pointwise>();
    const std::optional<at::Tensor> offset =
        bias.defined() ? std::optional<at::Tensor>(bias) : std::nullopt;
    return multiply.call(x, weight, offset, "none", Scalars(), std::nullopt);
}

}  // namespace vasa::tensor
