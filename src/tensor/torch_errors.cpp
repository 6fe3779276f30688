// SPDX-License-Identifier: Apache-2.0
#include "vasa/tensor/torch_errors.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <array>
#include <new>

#include <c10/util/Exception.h>

namespace vasa::tensor {

bool tells_of_memory(const std::string& text) {
    // An illegal memory access matches none of these.
    constexpr std::array<const char*, 4> kWords = {
        "out of memory", "not enough memory", "allocate memory", "ALLOC_FAILED"};
    return std::any_of(kWords.begin(), kWords.end(), [&](const char* words) {
        return text.find(words) != std::string::npos;
    });
}

void with_torch_errors(const std::string& what, bool on_gpu, const std::function<void()>& work) {
    using core::Error;
    using core::ErrorKind;
    try {
        work();
    } catch (const c10::Error& error) {
        const std::string cause = error.what_without_backtrace();
        const bool is_resource = on_gpu || tells_of_memory(cause);
        throw Error(is_resource ? ErrorKind::Resource : ErrorKind::Internal, what + ": " + cause);
    } catch (const std::bad_alloc&) {
        throw Error(ErrorKind::Resource, what + ": out of memory");
    }
}

}  // namespace vasa::tensor
