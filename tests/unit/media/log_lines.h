// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/log.h"

#include <algorithm>
#include <string>
#include <vector>

/// Collects the warnings logged during its lifetime.
struct LogLines {
    std::vector<std::string> warnings;
    LogLines() {
        vasa::core::set_log_sink([this](vasa::core::LogLevel level, const std::string& message) {
            if (level == vasa::core::LogLevel::Warning) {
                warnings.push_back(message);
            }
        });
    }
    /// True if one of the warnings holds these words.
    bool mention(const std::string& words) const {
        return std::any_of(warnings.begin(), warnings.end(), [&](const std::string& text) {
            return text.find(words) != std::string::npos;
        });
    }
    ~LogLines() { vasa::core::set_log_sink(nullptr); }
    LogLines(const LogLines&) = delete;
    LogLines& operator=(const LogLines&) = delete;
};
