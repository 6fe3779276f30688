// SPDX-License-Identifier: Apache-2.0
#include "worker_threads.h"

#include "vasa/core/error.h"

#include <string>
#include <system_error>
#include <utility>

namespace vasa::render {

WorkerThreads::WorkerThreads(ThreadStarter starter) : starter_(std::move(starter)) {
    if (!starter_) {
        starter_ = [](std::function<void()> work) { return std::thread(std::move(work)); };
    }
}

WorkerThreads::~WorkerThreads() {
    for (std::thread& thread : threads_) {
        thread.join();
    }
}

void WorkerThreads::start(std::function<void()> work) {
    threads_.reserve(threads_.size() + 1);  // a running thread needs a place in the list
    try {
        threads_.push_back(starter_(std::move(work)));
    } catch (const std::system_error& error) {
        throw core::Error(core::ErrorKind::Resource,
                          std::string("cannot start a thread: ") + error.what());
    }
}

}  // namespace vasa::render
