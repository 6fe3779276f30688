// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/error.h"
#include "vasa/tensor/torch_errors.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include <c10/util/Exception.h>

namespace vasa::decode {

/// Whether an error of torch reports insufficient memory.
inline bool is_out_of_memory(const c10::Error& error) {
    return dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr ||
           tensor::tells_of_memory(error.what_without_backtrace());
}

/// Processes `total` items in batches. If memory does not suffice, the batch is repeated in halves,
/// and all later batches have that smaller size.
///
/// @param batch_size  reduced as needed
/// @param work        work(first, count)
/// @param shrunk      shrunk(new batch size), before the work is repeated
/// @throws Error(Resource) if memory does not suffice for one item; torch's other errors unchanged
template <typename Work, typename Shrunk>
void do_in_batches(std::size_t total, int& batch_size, const Work& work, const Shrunk& shrunk) {
    for (std::size_t first = 0; first < total;) {
        const std::size_t count = std::min(total - first, static_cast<std::size_t>(batch_size));
        try {
            work(first, count);
            first += count;
        } catch (const c10::Error& error) {
            if (!is_out_of_memory(error)) {
                throw;
            }
            if (count == 1) {
                throw core::Error(core::ErrorKind::Resource,
                                  std::string("the GPU's memory does not suffice for one frame: ") +
                                      error.what_without_backtrace(),
                                  "close other programs that use the GPU, or use --device cpu");
            }
            batch_size = static_cast<int>(count / 2);
            shrunk(batch_size);
        }
    }
}

}  // namespace vasa::decode
