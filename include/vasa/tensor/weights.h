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
/// ("block.0.weight"). Floating-point ones may be stored as F32, F16, BF16 or F64 and are converted
/// to the network's dtype, all others must be stored as they are; devices and dtypes of the network
/// stay. Nothing is changed unless everything fits.
///
/// @param prefix  of the tensors that belong to this network; others are not looked at
/// @throws Error(Model) naming file and tensor: one that the network has and the file has not, one
///         that the file has under the prefix and the network has not, another shape or dtype,
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
///         finite once stored: a network whose training went wrong is not shipped.
void add_weights(core::SafetensorsWriter& writer,
                 const torch::nn::Module& module,
                 const std::string& prefix = {},
                 core::DType floating = core::DType::F32);

}  // namespace vasa::tensor
