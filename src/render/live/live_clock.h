// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/rational.h"

#include <cstdint>

namespace vasa::render {

/// Limits of LiveClock.
struct LiveClockParams {
    /// Frames later than this are not drawn, in periods of the frame rate: one that is late by less
    /// than the next one's time is still worth showing.
    double skip_periods = 1.0;
    /// A stream that is later than this does not catch up: its clock is set back. A machine that
    /// slept would otherwise hurry through what nobody waits for.
    double most_lateness_s = 2.0;
    /// The time set aside for a frame is this much longer than the mean, for slower ones.
    double cost_margin = 1.25, cost_margin_s = 0.005;
    double first_cost_s = 0.04;  ///< before the first frame: about two of them on a slow core
    double cost_share = 0.1;     ///< of the newest cost in the running mean
};

/// When the frames of a live stream are due, and how long before that they have to be begun. All
/// times are seconds on any one clock. One thread at a time.
class LiveClock {
  public:
    explicit LiveClock(const core::Rational& fps, const LiveClockParams& params = {});

    /// Frame `index` is due now.
    void start(std::int64_t index, double now_s);
    bool is_started() const { return is_started_; }
    double due_s(std::int64_t index) const;
    /// Whether there is no point in drawing the frame any more.
    bool is_too_late(std::int64_t index, double now_s) const;
    /// Sets the clock back if the frame is far too late. @return by how much, 0 = not
    double slip(std::int64_t index, double now_s);

    /// Notes what motion or picture of a frame cost.
    void note_motion_cost(double cost_s);
    void note_picture_cost(double cost_s);
    /// Time set aside for a frame, from its speech to its pixels.
    double allowance_s() const;
    /// When the speech of a frame must be there, at the latest.
    double deadline_s(std::int64_t index) const { return due_s(index) - allowance_s(); }
    /// Moment of the video whose frame has to be begun now, seconds from frame 0.
    double position_s(double now_s) const;

    double motion_cost_s() const { return motion_cost_s_; }
    double picture_cost_s() const { return picture_cost_s_; }

  private:
    double period_s_;
    LiveClockParams params_;
    bool is_started_ = false;
    std::int64_t first_index_ = 0;
    double first_s_ = 0;
    double motion_cost_s_, picture_cost_s_;
};

}  // namespace vasa::render
