// SPDX-License-Identifier: Apache-2.0
#include "live/output_thread.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

namespace vasa::app {
namespace {

/// Sound of dropped frames waits for the reader up to this long; a reader that comes back after
/// more has lost the rest.
constexpr double kMostSound_s = 10.0;
constexpr std::chrono::milliseconds kStopPoll{50};

}  // namespace

OutputThread::OutputThread(std::unique_ptr<FrameWriter> writer,
                           WhenSlow when_slow,
                           double sound_rate,
                           Written written,
                           core::StopToken stop)
    : writer_(std::move(writer)),
      when_slow_(when_slow),
      most_sound_(static_cast<std::size_t>(kMostSound_s * sound_rate)),
      sound_rate_(sound_rate),
      written_(std::move(written)),
      stop_(std::move(stop)),
      thread_([this] { run(); }) {}

OutputThread::~OutputThread() {
    {
        const Lock lock(mutex_);
        is_closed_ = true;
        changed_.notify_all();
    }
    thread_.join();
}

void OutputThread::run() {
    std::optional<core::Error> error;
    try {
        while (write_next()) {
        }
    } catch (const core::Error& thrown) {
        error = thrown;
    } catch (const std::exception& thrown) {
        error = core::Error(core::ErrorKind::Internal,
                            std::string("output of a live stream: ") + thrown.what());
    }
    const Lock lock(mutex_);
    error_ = error;
    is_done_ = true;
    changed_.notify_all();
}

void OutputThread::note(WriteEnd end) {
    const Lock lock(mutex_);
    is_closed_ = is_closed_ || end != WriteEnd::Done;
}

/// Waits for a frame and writes it. False at the end.
bool OutputThread::write_next() {
    std::optional<render::LiveFrame> frame;
    std::size_t num_lost = 0;
    {
        Lock lock(mutex_);
        changed_.wait(lock, [&] { return waiting_ || is_finishing_ || is_closed_; });
        if (is_closed_) {
            return false;
        }
        if (waiting_) {
            frame = std::move(*waiting_);
            waiting_.reset();
            num_lost = std::exchange(num_lost_, 0);
            changed_.notify_all();
        }
    }
    if (!frame) {
        note(writer_->finish());
        return false;
    }
    if (num_lost > 0) {
        writer_->skip_sound(static_cast<std::int64_t>(num_lost));
    }
    const WriteEnd end = writer_->write(*frame);
    note(end);
    if (end != WriteEnd::Done) {
        return false;
    }
    if (!frame->is_skipped) {
        written_(*frame);
        const Lock lock(mutex_);
        ++counts_.num_written;
    }
    return true;
}

/// Puts a frame in place of the one that waits, or only its sound if it has no pixels; with the
/// lock held.
void OutputThread::replace(render::LiveFrame frame) {
    std::vector<float> sound = std::move(waiting_->sound);
    sound.insert(sound.end(), frame.sound.begin(), frame.sound.end());
    if (sound.size() > most_sound_) {
        const std::size_t num_lost = sound.size() - most_sound_;
        sound.erase(sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(num_lost));
        num_lost_ += num_lost;
        counts_.lost_sound_s += static_cast<double>(num_lost) / sound_rate_;
    }
    if (!frame.is_skipped) {
        counts_.num_dropped += waiting_->is_skipped ? 0 : 1;
        waiting_ = std::move(frame);
    }
    waiting_->sound = std::move(sound);
}

bool OutputThread::offer(render::LiveFrame frame) {
    Lock lock(mutex_);
    const double begin_s = render::live_now_s();
    while (when_slow_ == WhenSlow::Wait && waiting_ && !is_closed_ && !is_done_ &&
           !stop_.stop_requested()) {
        changed_.wait_for(lock, kStopPoll);
    }
    if (when_slow_ == WhenSlow::Wait) {
        counts_.waited_s += render::live_now_s() - begin_s;
    }
    if (error_) {
        throw core::Error(*error_);
    }
    if (is_closed_ || is_done_ || stop_.stop_requested()) {
        return false;
    }
    if (!waiting_) {
        waiting_ = std::move(frame);
    } else {
        replace(std::move(frame));
    }
    changed_.notify_all();
    return true;
}

void OutputThread::finish() {
    Lock lock(mutex_);
    is_finishing_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return is_done_; });
    if (error_) {
        throw core::Error(*error_);
    }
}

OutputCounts OutputThread::counts() const {
    const Lock lock(mutex_);
    return counts_;
}

bool OutputThread::is_closed() const {
    const Lock lock(mutex_);
    return is_closed_;
}

}  // namespace vasa::app
