// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "live/live_clock.h"
#include "live/live_face.h"
#include "live/sound_line.h"
#include "worker_threads.h"

#include "vasa/core/error.h"
#include "vasa/drive/live_motion.h"
#include "vasa/media/raw_sound.h"
#include "vasa/render/live_session.h"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace vasa::render {

/// Constants of LiveEngine.
struct LiveEngineParams {
    /// Speech is put on the line in pieces of this length: short beside a frame, so that hardly
    /// more silence than needed is added.
    double piece_s = 0.01;
    /// Speech is put on the line this much earlier than it must be, so that a thread which wakes
    /// late does not take it for missing; the rest can still be interrupted at no cost.
    double ahead_s = 0.06;
    /// Speech that may wait. Enough for long sentences that are synthesised at once; with
    /// Pace::Input only enough to keep the threads busy.
    double most_waiting_s = 120.0, most_waiting_input_s = 2.0;
    /// What stays of the waiting speech when it is dropped for waiting too long.
    double kept_s = 0.02;
    /// Frames of motion made ahead with Pace::Input.
    std::int64_t num_ahead = 2;
};

/// The threads of a live session: one puts speech on the line and makes motion of it, one draws
/// frames. See LiveSession for the members that both have.
class LiveEngine {
  public:
    LiveEngine(const LiveOptions& options,
               std::shared_ptr<const LiveFace> face,
               drive::LiveMotion motion,
               const LiveEngineParams& params = {});
    ~LiveEngine();
    LiveEngine(const LiveEngine&) = delete;
    LiveEngine& operator=(const LiveEngine&) = delete;

    std::int64_t room() const;
    void push(const float* samples, std::int64_t num_frames);
    void end();
    LiveStatus next(LiveFrame& frame, double wait_s);
    std::int64_t interrupt();
    void pause(bool is_paused);
    void set_controls(const motion::ControlFrame& controls);
    std::int64_t show(std::shared_ptr<const LiveFace> face);
    LiveStats stats() const;

  private:
    enum class Feed { Speech, Silence, Nothing, Done };
    using Lock = std::unique_lock<std::mutex>;

    bool is_real() const { return options_.pace == Pace::Real; }
    double needed_s(double now_s) const { return clock_.position_s(now_s) + lookahead_s_; }
    std::int64_t piece() const;
    std::int64_t free_frames() const;

    void run(const std::function<void()>& work);
    void feed_motion();
    Feed what_to_feed(double now_s) const;
    bool wait_for_feed(Lock& lock);
    void feed_piece();
    void draw_frames();
    bool wait_for_motion(Lock& lock);
    void draw_frame();
    void begin_frame(LiveFrame& frame);
    void drop_old_speech();

    const LiveOptions options_;
    const LiveEngineParams params_;
    const double lookahead_s_;

    // Locked before the other one; held while networks run.
    std::mutex motion_mutex_;
    drive::LiveMotion motion_;
    media::MonoStream mono_;
    std::vector<float> piece_samples_, mono_samples_;
    double hop_cost_s_ = 0;  ///< of the networks since frames became ready last

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    SoundLine line_;
    LiveClock clock_;
    LiveStats stats_;
    bool is_stopping_ = false, is_ended_ = false, is_paused_ = false;
    bool is_fed_ = false;           ///< motion of the last frame is made
    bool is_drawn_ = false;         ///< the last frame is drawn
    std::int64_t num_ready_ = 0;    ///< frames whose motion is made
    std::int64_t num_begun_ = 0;    ///< frames whose drawing has begun
    std::int64_t first_shown_ = 0;  ///< of the present portrait
    std::shared_ptr<const LiveFace> face_;
    std::optional<LiveFrame> made_;  ///< waits for next()
    std::optional<core::Error> error_;

    WorkerThreads threads_;  ///< last: joined first
};

}  // namespace vasa::render
