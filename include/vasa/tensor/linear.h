// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

namespace vasa::tensor {

/// torch::nn::Linear that multiplies through oneDNN where no gradients are recorded.
///
/// For f32 on the CPU, libtorch multiplies through MKL, which does not use AVX-512 on processors of
/// AMD and is half as fast there as oneDNN. Parameters keep their names, so that weight files are
/// unchanged. Results differ from libtorch's by rounding.
class LinearImpl : public torch::nn::LinearImpl {
  public:
    using torch::nn::LinearImpl::LinearImpl;

    /// @param x  [..., in]
    /// @return   [..., out]
    at::Tensor forward(const at::Tensor& x);
};
TORCH_MODULE(Linear);

}  // namespace vasa::tensor
