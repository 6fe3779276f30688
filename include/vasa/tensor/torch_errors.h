// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

namespace vasa::tensor {

/// Whether torch's words for an error say that memory did not suffice, a GPU's or the machine's.
/// cuDNN's and cuBLAS' own allocations fail with other types of error than torch's.
bool tells_of_memory(const std::string& text);

/// Does some work with torch and turns its errors into the program's; all others pass.
/// @param what    that it could not do, for the message: "cannot paint on 'cuda:0'"
/// @param on_gpu  where it is done
/// @throws Error(Resource) where memory does not suffice, and for all of a GPU's errors: they come
///         from its driver, its state or other programs. Error(Internal) for others of torch.
void with_torch_errors(const std::string& what, bool on_gpu, const std::function<void()>& work);

}  // namespace vasa::tensor
