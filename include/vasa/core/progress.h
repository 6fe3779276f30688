// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

namespace vasa::core {

/// Receives "done of total" during work; called from worker threads, must be cheap.
using ProgressFn = std::function<void(std::int64_t done, std::int64_t total)>;

}  // namespace vasa::core
