// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "live/speech_source.h"

#include "vasa/core/error.h"
#include "vasa/core/stop_token.h"
#include "vasa/media/sound_stream.h"
#include "vasa/render/live_session.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace vasa::app {

/// Speech of a file or URL.
class AddressSpeech : public SpeechSource {
  public:
    /// @param sound  opened; reads until it says so or the object is destroyed
    /// @param is_stopping  what the sound's `is_stopped` looks at
    AddressSpeech(std::unique_ptr<media::SoundStream> sound,
                  std::shared_ptr<std::atomic<bool>> is_stopping,
                  render::LiveSession& session);
    ~AddressSpeech() override;
    AddressSpeech(const AddressSpeech&) = delete;
    AddressSpeech& operator=(const AddressSpeech&) = delete;

    std::int64_t interrupt() override;
    std::int64_t num_samples() const override { return num_samples_; }
    void check() const override;

  private:
    void run();
    void push(const std::vector<float>& samples);

    const std::unique_ptr<media::SoundStream> sound_;
    const std::shared_ptr<std::atomic<bool>> is_stopping_;
    render::LiveSession& session_;
    std::atomic<std::int64_t> num_samples_{0};
    std::atomic<bool> is_interrupted_{false};
    mutable std::mutex mutex_;
    std::optional<core::Error> error_;
    std::thread thread_;
};

}  // namespace vasa::app
