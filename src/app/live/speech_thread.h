// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "live/pipe_io.h"
#include "live/speech_source.h"

#include "vasa/core/error.h"
#include "vasa/media/raw_sound.h"
#include "vasa/render/live_session.h"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace vasa::app {

/// Pushes the raw sound of a pipe into a live session, in a thread of its own, as far as the
/// session has room. The end of the pipe ends the session's speech.
class SpeechThread : public SpeechSource {
  public:
    /// Reads from `fd`, which stays the caller's. The session must outlive the thread.
    SpeechThread(int fd, const media::RawSoundFormat& format, render::LiveSession& session);
    ~SpeechThread() override;
    SpeechThread(const SpeechThread&) = delete;
    SpeechThread& operator=(const SpeechThread&) = delete;

    std::int64_t interrupt() override;
    std::int64_t num_samples() const override { return num_samples_; }
    void check() const override;

  private:
    void run();
    bool read_some();
    void drain_pipe();

    const int fd_;
    media::RawSoundFormat format_;
    render::LiveSession& session_;
    std::atomic<bool> is_stopping_{false};
    std::atomic<std::int64_t> num_samples_{0};
    mutable std::mutex mutex_;  ///< of all below; what is read is pushed before it is released
    media::RawSoundReader reader_;
    std::vector<std::uint8_t> bytes_;
    std::vector<float> samples_;
    std::optional<core::Error> error_;
    std::thread thread_;
};

}  // namespace vasa::app
