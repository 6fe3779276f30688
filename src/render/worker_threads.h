// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <thread>
#include <vector>

namespace vasa::render {

/// Starts a thread. @throws std::system_error if that is not possible, as std::thread does.
using ThreadStarter = std::function<std::thread(std::function<void()>)>;

/// Threads that are joined at the end of their scope, even if one of them could not be started.
class WorkerThreads {
  public:
    /// @param starter  std::thread's constructor if empty; tests pass one that fails
    explicit WorkerThreads(ThreadStarter starter = {});
    ~WorkerThreads();
    WorkerThreads(const WorkerThreads&) = delete;
    WorkerThreads& operator=(const WorkerThreads&) = delete;

    /// @param work  must not throw
    /// @throws Error(Resource) if the thread cannot be started; the others continue.
    void start(std::function<void()> work);

  private:
    ThreadStarter starter_;
    std::vector<std::thread> threads_;
};

}  // namespace vasa::render
