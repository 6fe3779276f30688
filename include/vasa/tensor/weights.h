// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/safetensors.h"

#include <string>

namespace torch::nn {
class Module;
}

namespace vasa::tensor {

/// Fills a network's parameters and buffers from a safetensors file.
///
/// The tensor `prefix + name` goes to the parameter or buffer registered as `name`
/// ("block.0.weight"). Floating-point tensors may be stored as F32, F16, BF16 or F64 and are
/// converted to the network's dtype; all others must have the network's dtype. The network keeps
/// its devices and dtypes. Nothing is changed unless everything fits.
///
/// @param prefix  prefix of this network's tensors; others are ignored
/// @throws Error(Model) naming file and tensor: a tensor of the network that the file lacks, a
///         tensor of the file under the prefix that the network lacks, another shape or dtype,
///         values that are not finite. Error(Resource) if memory runs out.
void load_weights(torch::nn::Module& module,
                  const core::SafetensorsFile& file,
                  const std::string& prefix = {});

/// Adds a network's parameters and buffers as `prefix + name`, in the form that load_weights()
/// reads.
///
/// @param floating  dtype to store floating-point tensors in: F32, F16 (rounded to nearest even),
///                  BF16 or F64
/// @throws Error(Usage) for another dtype; Error(Internal) if a name is taken or a value is not
///         finite once stored: a network whose training failed is not shipped.
void add_weights(core::SafetensorsWriter& writer,
                 const torch::nn::Module& module,
                 const std::string& prefix = {},
                 core::DType floating = core::DType::F32);

}  // namespace vasa::tensor
