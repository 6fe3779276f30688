// SPDX-License-Identifier: Apache-2.0
#include "input_checks.h"

namespace vasa::render {

void InputChecks::once(const std::string& key, const std::function<void()>& look) {
    std::optional<core::Error> error;
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        const auto it = found_.find(key);
        if (it != found_.end()) {
            if (it->second) {
                throw core::Error(*it->second);
            }
            return;
        }
    }
    try {
        look();
    } catch (const core::Error& thrown) {
        error = thrown;
    }
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        found_.emplace(key, error);
    }
    if (error) {
        throw core::Error(*error);
    }
}

}  // namespace vasa::render
