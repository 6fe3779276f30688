// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

namespace vasa::tensor {

/// Whether torch's error message reports insufficient memory, of a GPU or of the machine.
/// Allocations of cuDNN and cuBLAS fail with error types other than torch's.
bool tells_of_memory(const std::string& text);

/// Runs work with torch and converts torch's errors into the program's; all others pass.
/// @param what    the action that failed, for the message: "cannot paint on 'cuda:0'"
/// @param on_gpu  whether the work runs on a GPU
/// @throws Error(Resource) for insufficient memory and for all errors of a GPU: they come from its
///         driver, its state or other programs. Error(Internal) for torch's other errors.
void with_torch_errors(const std::string& what, bool on_gpu, const std::function<void()>& work);

}  // namespace vasa::tensor
