// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace vasa::app {

/// Pushes speech into a live session in a thread of its own, and ends the session's speech at the
/// end of its input.
class SpeechSource {
  public:
    virtual ~SpeechSource() = default;
    /// Drops the speech that waits, in the session and before it.
    /// @return  as LiveSession::interrupt()
    virtual std::int64_t interrupt() = 0;
    /// Samples pushed so far, of all channels.
    virtual std::int64_t num_samples() const = 0;
    /// @throws Error(Input) if the input could not be read
    virtual void check() const = 0;
};

}  // namespace vasa::app
