// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/error.h"

#include <atomic>
#include <memory>

namespace vasa::core {

/// Asks long work to stop. Copies share one flag; setting it is safe in a signal handler.
class StopToken {
  public:
    StopToken() : signal_(std::make_shared<std::atomic<int>>(0)) {}

    /// @param signal_number  SIGINT (2) or SIGTERM (15)
    void request_stop(int signal_number) { signal_->store(signal_number); }
    bool stop_requested() const { return signal_->load() != 0; }
    /// @throws Error(Interrupted or Terminated) if a stop was requested.
    void throw_if_stopped() const {
        const int signal_number = signal_->load();
        if (signal_number != 0) {
            throw Error(signal_number == 15 ? ErrorKind::Terminated : ErrorKind::Interrupted,
                        "stopped by signal " + std::to_string(signal_number));
        }
    }
    std::atomic<int>* flag() const { return signal_.get(); }

  private:
    std::shared_ptr<std::atomic<int>> signal_;
};

}  // namespace vasa::core
