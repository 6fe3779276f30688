// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/error.h"

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace vasa::render {

/// Remembers the results of input checks. Threads may share one.
class InputChecks {
  public:
    /// Calls `look` the first time; later calls throw what it threw then.
    /// @param key  identifies the input and the check
    void once(const std::string& key, const std::function<void()>& look);

  private:
    std::mutex mutex_;
    std::map<std::string, std::optional<core::Error>> found_;
};

}  // namespace vasa::render
