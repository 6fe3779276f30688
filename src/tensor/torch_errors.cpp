// SPDX-License-Identifier: Apache-2.0
#include "vasa/tensor/torch_errors.h"

#include "vasa/core/error.h"

#include <c10/util/Exception.h>

namespace vasa::tensor {

void with_torch_errors(const std::string& what, const std::function<void()>& work) {
    try {
        work();
    } catch (const c10::Error& error) {
        throw core::Error(core::ErrorKind::Resource, what + ": " + error.what_without_backtrace());
    }
}

}  // namespace vasa::tensor
