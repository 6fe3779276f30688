// SPDX-License-Identifier: Apache-2.0
#include "live/live_engine.h"

#include "stopwatch.h"

#include "vasa/speech/speech_rate.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <limits>
#include <new>
#include <utility>

#ifdef VASA_WITH_TORCH
#include "vasa/tensor/device.h"
#endif

namespace vasa::render {
namespace {

using core::Error;
using core::ErrorKind;

/// A wait that does not depend on other threads ends at the latest after this.
constexpr double kLongestWait_s = 1.0;
/// A portrait that appears in the middle of a stream is past the easing of put_on_portrait().
constexpr std::int64_t kPastEasing = std::int64_t{1} << 32;

std::chrono::steady_clock::time_point moment(double time_s) {
    return std::chrono::steady_clock::time_point(
        std::chrono::duration_cast<std::chrono::steady_clock::duration>(
            std::chrono::duration<double>(time_s)));
}

}  // namespace

double live_now_s() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

LiveEngine::LiveEngine(const LiveOptions& options,
                       std::shared_ptr<const LiveFace> face,
                       drive::LiveMotion motion,
                       const LiveEngineParams& params)
    : options_(options),
      params_(params),
      lookahead_s_(motion.lookahead_s()),
      motion_(std::move(motion)),
      mono_(options.sample_rate, options.channels, speech::kSpeechRate_hz),
      line_(options.sample_rate, options.channels, options.render.fps),
      clock_(options.render.fps),
      face_(std::move(face)) {
    threads_.start([this] { run([this] { feed_motion(); }); });
    threads_.start([this] { run([this] { draw_frames(); }); });
}

LiveEngine::~LiveEngine() {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_stopping_ = true;
    changed_.notify_all();
}

std::int64_t LiveEngine::piece() const {
    return std::max<std::int64_t>(std::llround(params_.piece_s * options_.sample_rate), 1);
}

/// A thread's work; its first error ends both threads.
void LiveEngine::run(const std::function<void()>& work) {
#ifdef VASA_WITH_TORCH
    const tensor::SingleTorchThread single;
#endif
    std::optional<Error> error;
    try {
        work();
        return;
    } catch (const Error& thrown) {
        error = thrown;
    } catch (const std::bad_alloc&) {
        error = Error(ErrorKind::Resource, "out of memory in a live stream");
    } catch (const std::exception& thrown) {
        error = Error(ErrorKind::Internal, std::string("live stream: ") + thrown.what());
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!error_) {
        error_ = error;
    }
    is_stopping_ = true;
    changed_.notify_all();
}

/// Decides from what is known now; called with the lock held.
LiveEngine::Feed LiveEngine::what_to_feed(double now_s) const {
    const bool has_speech = line_.num_waiting() > 0 && !is_paused_;
    if (is_ended_ && line_.num_waiting() == 0 &&
        line_.first_sample_of(num_ready_) >= line_.end_of_speech()) {
        return Feed::Done;
    }
    if (!is_real()) {
        if (num_ready_ - num_begun_ >= params_.num_ahead) {
            return Feed::Nothing;
        }
        return has_speech                              ? Feed::Speech
               : is_ended_ && line_.num_waiting() == 0 ? Feed::Silence
                                                       : Feed::Nothing;
    }
    if (!clock_.is_started()) {
        // The first frame is not kept waiting for speech.
        return num_ready_ > 0 ? Feed::Nothing : has_speech ? Feed::Speech : Feed::Silence;
    }
    const double line_s = static_cast<double>(line_.length()) / options_.sample_rate;
    if (has_speech && line_s < needed_s(now_s) + params_.ahead_s) {
        return Feed::Speech;
    }
    return !has_speech && now_s >= clock_.deadline_s(num_ready_) ? Feed::Silence : Feed::Nothing;
}

/// Waits until there is something to feed. False at the end.
bool LiveEngine::wait_for_feed(Lock& lock) {
    while (!is_stopping_) {
        const double now_s = live_now_s();
        const Feed feed = what_to_feed(now_s);
        if (feed == Feed::Done) {
            is_fed_ = true;
            changed_.notify_all();
            return false;
        }
        if (feed != Feed::Nothing) {
            return true;
        }
        double until_s = now_s + kLongestWait_s;
        if (is_real() && clock_.is_started()) {
            const double next_s = line_.num_waiting() > 0 && !is_paused_
                                      ? now_s + params_.piece_s
                                      : clock_.deadline_s(num_ready_);
            until_s = std::min(until_s, std::max(next_s, now_s + 0.001));
        }
        changed_.wait_until(lock, moment(until_s));
    }
    return false;
}

void LiveEngine::feed_motion() {
    for (;;) {
        {
            Lock lock(mutex_);
            if (!wait_for_feed(lock)) {
                return;
            }
        }
        feed_piece();
    }
}

/// Puts a piece on the line and into the motion, at once as seen by interrupt().
void LiveEngine::feed_piece() {
    const std::lock_guard<std::mutex> motion_lock(motion_mutex_);
    piece_samples_.clear();
    std::int64_t num_frames = piece();
    {
        const Lock lock(mutex_);
        const Feed feed = what_to_feed(live_now_s());
        if (feed == Feed::Speech) {
            num_frames = std::min(num_frames, line_.num_waiting());
            line_.take(num_frames, piece_samples_);
            stats_.speech_s += static_cast<double>(num_frames) / options_.sample_rate;
        } else if (feed == Feed::Silence) {
            line_.add_silence(num_frames, piece_samples_);
            stats_.silence_s += static_cast<double>(num_frames) / options_.sample_rate;
        } else {
            return;  // changed since
        }
    }
    const Stopwatch clock;
    mono_samples_.clear();
    mono_.convert(piece_samples_.data(), num_frames, mono_samples_);
    motion_.push(mono_samples_);
    hop_cost_s_ += clock.seconds();
    const auto num_waiting = static_cast<std::int64_t>(motion_.frames_ready());
    const Lock lock(mutex_);
    const std::int64_t num_ready = num_begun_ + num_waiting;
    if (num_ready > num_ready_) {
        clock_.note_motion_cost(hop_cost_s_);
        hop_cost_s_ = 0;
        num_ready_ = num_ready;
        changed_.notify_all();
    }
}

/// Waits until a frame can be drawn and the one before was taken. False at the end.
bool LiveEngine::wait_for_motion(Lock& lock) {
    changed_.wait(lock,
                  [&] { return is_stopping_ || (!made_ && (num_begun_ < num_ready_ || is_fed_)); });
    if (is_stopping_) {
        return false;
    }
    // Motion is made for whole pieces: frames after the end of the speech are not shown.
    const bool is_past_end = is_fed_ && line_.first_sample_of(num_begun_) >= line_.end_of_speech();
    if (is_past_end || num_begun_ >= num_ready_) {
        is_drawn_ = true;
        changed_.notify_all();
        return false;
    }
    return true;
}

void LiveEngine::draw_frames() {
    for (;;) {
        {
            Lock lock(mutex_);
            if (!wait_for_motion(lock)) {
                return;
            }
        }
        draw_frame();
    }
}

/// Numbers the next frame and gives it its sound; called with the lock held.
void LiveEngine::begin_frame(LiveFrame& frame) {
    frame.index = num_begun_++;
    frame.time_s = static_cast<double>(frame.index) / options_.render.fps.value();
    frame.sound = line_.next_frame_sound();
    frame.channels = options_.channels;
    frame.arrival_s = line_.frame_arrival_s();
    if (is_real()) {
        const double now_s = live_now_s();
        stats_.slipped_s += clock_.slip(frame.index, now_s);
        frame.is_skipped = options_.may_skip && clock_.is_too_late(frame.index, now_s);
    }
    ++stats_.num_frames;
    stats_.num_skipped += frame.is_skipped ? 1 : 0;
    changed_.notify_all();
}

void LiveEngine::draw_frame() {
    LiveFrame frame;
    motion::MotionFrame motion;
    std::shared_ptr<const LiveFace> face;
    std::int64_t index_of_face = 0;
    {
        const std::lock_guard<std::mutex> motion_lock(motion_mutex_);
        motion = motion_.next();
        const Lock lock(mutex_);
        begin_frame(frame);
        face = face_;
        index_of_face = first_shown_ + frame.index;
    }
    const Stopwatch clock;
    if (!frame.is_skipped) {
        FrameItem item;
        face->draw(motion, index_of_face, options_.is_yuv, item);
        frame.rgb = std::move(item.rgb);
        frame.yuv = std::move(item.yuv);
    }
    const double cost_s = clock.seconds();
    const Lock lock(mutex_);
    if (!frame.is_skipped) {
        clock_.note_picture_cost(cost_s);
    }
    if (!clock_.is_started()) {
        clock_.start(frame.index, live_now_s());
    }
    made_ = std::move(frame);
    changed_.notify_all();
}

std::int64_t LiveEngine::room() const {
    const Lock lock(mutex_);
    return free_frames();
}

/// room() with the lock held.
std::int64_t LiveEngine::free_frames() const {
    const double most_s = is_real() ? params_.most_waiting_s : params_.most_waiting_input_s;
    const auto most = static_cast<std::int64_t>(most_s * options_.sample_rate);
    return std::max<std::int64_t>(most - line_.num_waiting(), 0);
}

/// With the lock held.
void LiveEngine::drop_old_speech() {
    if (!is_real() || !clock_.is_started() || is_paused_) {
        return;
    }
    const double line_s = static_cast<double>(line_.length()) / options_.sample_rate;
    stats_.lag_s = std::max(0.0, line_s + line_.waiting_s() - needed_s(live_now_s()));
    if (options_.max_lag_s > 0 && stats_.lag_s > options_.max_lag_s) {
        stats_.dropped_s += line_.drop_waiting(std::llround(params_.kept_s * options_.sample_rate));
    }
}

void LiveEngine::push(const float* samples, std::int64_t num_frames) {
    const Lock lock(mutex_);
    if (num_frames > free_frames()) {
        throw Error(ErrorKind::Usage,
                    "live speech of " + std::to_string(num_frames) + " samples, expected at most " +
                        std::to_string(free_frames()) + " now");
    }
    if (is_ended_) {
        throw Error(ErrorKind::Usage, "live speech after its end");
    }
    line_.push(samples, num_frames, live_now_s());
    drop_old_speech();
    changed_.notify_all();
}

void LiveEngine::end() {
    const Lock lock(mutex_);
    is_ended_ = true;
    changed_.notify_all();
}

LiveStatus LiveEngine::next(LiveFrame& frame, double wait_s) {
    Lock lock(mutex_);
    const double until_s = live_now_s() + wait_s;
    while (!error_ && !is_drawn_) {
        double wake_s = until_s;
        if (made_) {
            const double due_s = is_real() ? clock_.due_s(made_->index) : 0;
            if (live_now_s() >= due_s) {
                break;
            }
            wake_s = std::min(wake_s, due_s);
        }
        if (live_now_s() >= until_s) {
            return LiveStatus::Waiting;
        }
        changed_.wait_until(lock, moment(wake_s));
    }
    if (made_) {
        frame = std::move(*made_);
        made_.reset();
        changed_.notify_all();
        return LiveStatus::Frame;
    }
    if (error_) {
        throw Error(*error_);
    }
    return LiveStatus::Ended;
}

std::int64_t LiveEngine::interrupt() {
    const std::lock_guard<std::mutex> motion_lock(motion_mutex_);
    motion_.interrupt();
    const Lock lock(mutex_);
    stats_.interrupted_s += line_.drop_waiting(0);
    line_.hush();
    return num_begun_;
}

void LiveEngine::pause(bool is_paused) {
    const Lock lock(mutex_);
    is_paused_ = is_paused;
    changed_.notify_all();
}

void LiveEngine::set_controls(const motion::ControlFrame& controls) {
    const std::lock_guard<std::mutex> motion_lock(motion_mutex_);
    motion_.set_controls(controls);
}

std::int64_t LiveEngine::show(std::shared_ptr<const LiveFace> face) {
    const Lock lock(mutex_);
    face_ = std::move(face);
    first_shown_ = kPastEasing;
    return num_begun_;
}

LiveStats LiveEngine::stats() const {
    const Lock lock(mutex_);
    LiveStats stats = stats_;
    stats.waiting_s = line_.waiting_s();
    stats.lookahead_s = lookahead_s_;
    stats.motion_cost_s = clock_.motion_cost_s();
    stats.picture_cost_s = clock_.picture_cost_s();
    return stats;
}

}  // namespace vasa::render
