// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/export.h"

#include <functional>
#include <string>

namespace vasa::core {

enum class LogLevel { Debug, Info, Warning, Error };

/// Receives log lines. The library itself never writes to a stream; the default sink drops
/// everything. The program installs one that writes to stderr.
using LogSink = std::function<void(LogLevel, const std::string& message)>;

/// Replaces the sink; safe to call from any thread.
VASA_API void set_log_sink(LogSink sink);

void log(LogLevel level, const std::string& message);
inline void log_debug(const std::string& message) {
    log(LogLevel::Debug, message);
}
inline void log_info(const std::string& message) {
    log(LogLevel::Info, message);
}
inline void log_warning(const std::string& message) {
    log(LogLevel::Warning, message);
}

}  // namespace vasa::core
