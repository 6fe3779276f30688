// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/log.h"

#include <memory>
#include <mutex>

namespace vasa::core {
namespace {

struct SinkHolder {
    std::mutex mutex;
    std::shared_ptr<const LogSink> sink;
};

/// Never destroyed: threads may still log while the program ends.
SinkHolder& holder() {
    static auto* instance = new SinkHolder;
    return *instance;
}

}  // namespace

void set_log_sink(LogSink sink) {
    const std::lock_guard<std::mutex> lock(holder().mutex);
    holder().sink = sink ? std::make_shared<const LogSink>(std::move(sink)) : nullptr;
}

void log(LogLevel level, const std::string& message) {
    std::shared_ptr<const LogSink> sink;
    {
        const std::lock_guard<std::mutex> lock(holder().mutex);
        sink = holder().sink;
    }
    if (sink) {
        (*sink)(level, message);
    }
}

}  // namespace vasa::core
