// SPDX-License-Identifier: Apache-2.0
#include "live/speech_thread.h"

#include "vasa/core/log.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <exception>
#include <string>

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace vasa::app {
namespace {

/// A thread that waits for speech looks this often whether it has to end.
constexpr double kStopPoll_s = 0.05;
constexpr std::chrono::milliseconds kRoomPoll{10};
/// As much as a pipe holds.
constexpr std::size_t kBlockBytes = 1U << 16U;

}  // namespace

SpeechThread::SpeechThread(int fd,
                           const media::RawSoundFormat& format,
                           render::LiveSession& session)
    : fd_(fd), format_(format), session_(session), reader_(format), thread_([this] { run(); }) {}

SpeechThread::~SpeechThread() {
    is_stopping_ = true;
    thread_.join();
}

void SpeechThread::run() {
    std::optional<core::Error> error;
    try {
        while (!is_stopping_ && read_some()) {
        }
    } catch (const core::Error& thrown) {
        error = thrown;
    } catch (const std::exception& thrown) {
        error =
            core::Error(core::ErrorKind::Internal, std::string("live speech: ") + thrown.what());
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    error_ = error;
    if (reader_.num_left() > 0) {
        core::log_warning("live speech ends within a sample: " +
                          std::to_string(reader_.num_left()) + " bytes left over, expected " +
                          std::to_string(format_.bytes_per_frame()) + " a sample");
    }
    if (reader_.num_not_numbers() > 0) {
        core::log_warning("live speech: " + std::to_string(reader_.num_not_numbers()) +
                          " samples are not numbers, taken as 0");
    }
    session_.end();
}

/// Reads and pushes what the pipe holds. False at its end.
bool SpeechThread::read_some() {
    if (session_.room() == 0) {
        std::this_thread::sleep_for(kRoomPoll);
        return true;
    }
    if (!can_read(fd_, kStopPoll_s)) {
        return true;
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    const std::size_t frame = format_.bytes_per_frame();
    const auto room = static_cast<std::size_t>(session_.room());
    bytes_.resize(std::min(kBlockBytes, room * frame));
    if (bytes_.empty() || !can_read(fd_, 0)) {
        return true;  // an interrupt was faster
    }
    const ssize_t count = ::read(fd_, bytes_.data(), bytes_.size());
    if (count < 0) {
        if (errno == EINTR || errno == EAGAIN) {
            return true;
        }
        throw core::Error(core::ErrorKind::Input,
                          std::string("cannot read live speech: ") + std::strerror(errno));
    }
    samples_.clear();
    reader_.read(bytes_.data(), static_cast<std::size_t>(count), samples_);
    // Half a sample of the last block and this one may be one more than there is room for.
    const auto channels = static_cast<std::size_t>(format_.channels);
    const std::size_t num_frames = std::min(samples_.size() / channels, room);
    session_.push(samples_.data(), static_cast<std::int64_t>(num_frames));
    num_samples_ += static_cast<std::int64_t>(num_frames * channels);
    return count > 0;
}

/// Reads what a pipe or socket holds now and drops it.
void SpeechThread::drain_pipe() {
    struct stat status {};
    int num_bytes = 0;
    if (::fstat(fd_, &status) != 0 || !(S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode)) ||
        ::ioctl(fd_, FIONREAD, &num_bytes) != 0) {
        return;
    }
    bytes_.resize(kBlockBytes);
    while (num_bytes > 0) {
        const auto most = std::min(bytes_.size(), static_cast<std::size_t>(num_bytes));
        const ssize_t count = ::read(fd_, bytes_.data(), most);
        if (count <= 0) {
            return;
        }
        samples_.clear();
        reader_.read(bytes_.data(), static_cast<std::size_t>(count), samples_);
        num_bytes -= static_cast<int>(count);
    }
}

std::int64_t SpeechThread::interrupt() {
    const std::lock_guard<std::mutex> lock(mutex_);
    drain_pipe();
    return session_.interrupt();
}

void SpeechThread::check() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (error_) {
        throw core::Error(*error_);
    }
}

}  // namespace vasa::app
