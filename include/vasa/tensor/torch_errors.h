// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

namespace vasa::tensor {

/// Does some work with torch.
/// @param what  that it could not do, for the message: "cannot paint on 'cuda:0'"
/// @throws Error(Resource) for torch's own errors: on a GPU they come from its memory, its driver
///         or other programs. All others pass.
void with_torch_errors(const std::string& what, const std::function<void()>& work);

}  // namespace vasa::tensor
