// SPDX-License-Identifier: Apache-2.0
#include "vasa/tensor/weights.h"

#include "vasa/core/error.h"
#include "vasa/tensor/torch_errors.h"

#include <cmath>
#include <cstring>
#include <set>
#include <utility>
#include <vector>

#include <torch/nn/module.h>

namespace vasa::tensor {
namespace {

using core::DType;
using core::Error;
using core::ErrorKind;

struct NamedTensor {
    std::string name;
    at::Tensor tensor;
};

std::vector<NamedTensor> tensors_of(const torch::nn::Module& module) {
    std::vector<NamedTensor> tensors;
    for (const auto& item : module.named_parameters()) {
        tensors.push_back({item.key(), item.value()});
    }
    for (const auto& item : module.named_buffers()) {
        tensors.push_back({item.key(), item.value()});
    }
    return tensors;
}

at::ScalarType scalar_type(DType dtype) {
    switch (dtype) {
        case DType::F32:
            return at::kFloat;
        case DType::F16:
            return at::kHalf;
        case DType::BF16:
            return at::kBFloat16;
        case DType::F64:
            return at::kDouble;
        case DType::I64:
            return at::kLong;
        case DType::I32:
            return at::kInt;
        case DType::I16:
            return at::kShort;
        case DType::I8:
            return at::kChar;
        case DType::U8:
            return at::kByte;
        case DType::Bool:
            return at::kBool;
    }
    throw Error(ErrorKind::Internal, "dtype has no counterpart in torch");
}

DType dtype_of(const NamedTensor& named) {
    for (const DType dtype : {DType::F32,
                              DType::F16,
                              DType::BF16,
                              DType::F64,
                              DType::I64,
                              DType::I32,
                              DType::I16,
                              DType::I8,
                              DType::U8,
                              DType::Bool}) {
        if (scalar_type(dtype) == named.tensor.scalar_type()) {
            return dtype;
        }
    }
    throw Error(ErrorKind::Internal,
                "tensor '" + named.name + "': dtype " + at::toString(named.tensor.scalar_type()) +
                    " cannot be stored");
}

std::string text(at::IntArrayRef shape) {
    std::string out = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) {
        out += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
    }
    return out + "]";
}

bool all_finite(const at::Tensor& tensor) {
    if (!tensor.is_floating_point() || tensor.numel() == 0) {
        return true;
    }
    // Both are NaN if any value is NaN; several times faster than isfinite().
    const auto [least, largest] = at::aminmax(tensor);
    return std::isfinite(least.item<double>()) && std::isfinite(largest.item<double>());
}

/// The stored tensor with the dtype of `target`, on the CPU.
at::Tensor stored_tensor(const core::SafetensorsFile& file,
                         const std::string& name,
                         const at::Tensor& target) {
    const std::string where = "weights '" + file.name() + "': tensor '" + name + "'";
    if (!file.contains(name)) {
        throw Error(ErrorKind::Model, where + " is missing");
    }
    const core::TensorView view = file.tensor(name);
    if (target.sizes() != at::IntArrayRef(view.shape)) {
        throw Error(
            ErrorKind::Model,
            where + " has shape " + text(view.shape) + ", expected " + text(target.sizes()));
    }
    const at::ScalarType stored = scalar_type(view.dtype);
    const at::ScalarType wanted = target.scalar_type();
    if (stored != wanted && !(at::isFloatingType(stored) && at::isFloatingType(wanted))) {
        throw Error(
            ErrorKind::Model,
            where + " is " + core::dtype_name(view.dtype) + ", expected " + at::toString(wanted));
    }
    // The file's bytes may lie at any address; torch needs them aligned.
    at::Tensor tensor = at::empty(target.sizes(), at::TensorOptions().dtype(stored));
    if (view.num_bytes > 0) {
        std::memcpy(tensor.data_ptr(), view.data, view.num_bytes);
    }
    tensor = tensor.to(wanted);
    if (!all_finite(tensor)) {
        throw Error(ErrorKind::Model, where + " has values that are not finite");
    }
    return tensor;
}

}  // namespace

void load_weights(torch::nn::Module& module,
                  const core::SafetensorsFile& file,
                  const std::string& prefix) {
    with_torch_errors("weights '" + file.name() + "'", false, [&] {
        std::vector<std::pair<at::Tensor, at::Tensor>> copies;  // target, source
        std::set<std::string> known;
        for (const NamedTensor& named : tensors_of(module)) {
            const std::string name = prefix + named.name;
            copies.emplace_back(named.tensor, stored_tensor(file, name, named.tensor));
            known.insert(name);
        }
        for (const std::string& name : file.tensor_names()) {
            if (name.rfind(prefix, 0) == 0 && known.count(name) == 0) {
                throw Error(ErrorKind::Model,
                            "weights '" + file.name() + "': tensor '" + name +
                                "' is not part of the network");
            }
        }
        // Parameters that require a gradient may only be written to outside of autograd.
        const at::NoGradGuard no_grad;
        for (auto& [target, source] : copies) {
            target.copy_(source);
        }
    });
}

void add_weights(core::SafetensorsWriter& writer,
                 const torch::nn::Module& module,
                 const std::string& prefix,
                 DType floating) {
    if (!at::isFloatingType(scalar_type(floating))) {
        throw Error(ErrorKind::Usage,
                    std::string("bad dtype of weights ") + core::dtype_name(floating) +
                        ": expected F32, F16, BF16 or F64");
    }
    for (const NamedTensor& named : tensors_of(module)) {
        const std::string name = prefix + named.name;
        with_torch_errors("tensor '" + name + "'", false, [&] {
            const DType dtype = named.tensor.is_floating_point() ? floating : dtype_of(named);
            const at::Tensor stored =
                named.tensor.detach().cpu().to(scalar_type(dtype)).contiguous();
            if (!all_finite(stored)) {
                throw Error(ErrorKind::Internal,
                            "tensor '" + name + "' has values that are not finite as " +
                                core::dtype_name(dtype));
            }
            std::vector<std::uint8_t> bytes(stored.nbytes());
            if (!bytes.empty()) {
                std::memcpy(bytes.data(), stored.data_ptr(), bytes.size());
            }
            writer.add_raw(name, dtype, stored.sizes().vec(), std::move(bytes));
        });
    }
}

}  // namespace vasa::tensor
