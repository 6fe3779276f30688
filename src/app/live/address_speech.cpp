// SPDX-License-Identifier: Apache-2.0
#include "live/address_speech.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <string>
#include <utility>

namespace vasa::app {
namespace {

constexpr std::chrono::milliseconds kRoomPoll{10};

}  // namespace

AddressSpeech::AddressSpeech(std::unique_ptr<media::SoundStream> sound,
                             std::shared_ptr<std::atomic<bool>> is_stopping,
                             render::LiveSession& session)
    : sound_(std::move(sound)),
      is_stopping_(std::move(is_stopping)),
      session_(session),
      thread_([this] { run(); }) {}

AddressSpeech::~AddressSpeech() {
    *is_stopping_ = true;
    thread_.join();
}

void AddressSpeech::run() {
    std::optional<core::Error> error;
    try {
        std::vector<float> samples;
        while (!*is_stopping_ && sound_->read(samples)) {
            push(samples);
            samples.clear();
        }
    } catch (const core::Error& thrown) {
        error = thrown;
    } catch (const std::exception& thrown) {
        error =
            core::Error(core::ErrorKind::Internal, std::string("live speech: ") + thrown.what());
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    error_ = error;
    session_.end();
}

/// Pushes a block as the session has room; an interrupt drops the rest of it.
void AddressSpeech::push(const std::vector<float>& samples) {
    const auto channels = static_cast<std::int64_t>(sound_->channels());
    const auto num_frames = static_cast<std::int64_t>(samples.size()) / channels;
    is_interrupted_ = false;
    for (std::int64_t begin = 0; begin < num_frames && !is_interrupted_ && !*is_stopping_;) {
        const std::int64_t count = std::min(session_.room(), num_frames - begin);
        if (count == 0) {
            std::this_thread::sleep_for(kRoomPoll);
            continue;
        }
        session_.push(samples.data() + begin * channels, count);
        num_samples_ += count * channels;
        begin += count;
    }
}

std::int64_t AddressSpeech::interrupt() {
    is_interrupted_ = true;
    return session_.interrupt();
}

void AddressSpeech::check() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (error_) {
        throw core::Error(*error_);
    }
}

}  // namespace vasa::app
