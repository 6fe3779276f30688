// SPDX-License-Identifier: Apache-2.0
#include "live/live_clock.h"

namespace vasa::render {

LiveClock::LiveClock(const core::Rational& fps, const LiveClockParams& params)
    : period_s_(1.0 / fps.value()),
      params_(params),
      motion_cost_s_(params.first_cost_s / 2),
      picture_cost_s_(params.first_cost_s / 2) {}

void LiveClock::start(std::int64_t index, double now_s) {
    is_started_ = true;
    first_index_ = index;
    first_s_ = now_s;
}

double LiveClock::due_s(std::int64_t index) const {
    return first_s_ + static_cast<double>(index - first_index_) * period_s_;
}

bool LiveClock::is_too_late(std::int64_t index, double now_s) const {
    return is_started_ && now_s - due_s(index) > params_.skip_periods * period_s_;
}

double LiveClock::slip(std::int64_t index, double now_s) {
    const double late_s = now_s - due_s(index);
    if (!is_started_ || late_s <= params_.most_lateness_s) {
        return 0;
    }
    start(index, now_s);
    return late_s;
}

void LiveClock::note_motion_cost(double cost_s) {
    motion_cost_s_ += params_.cost_share * (cost_s - motion_cost_s_);
}

void LiveClock::note_picture_cost(double cost_s) {
    picture_cost_s_ += params_.cost_share * (cost_s - picture_cost_s_);
}

double LiveClock::allowance_s() const {
    return params_.cost_margin * (motion_cost_s_ + picture_cost_s_) + params_.cost_margin_s;
}

double LiveClock::position_s(double now_s) const {
    return now_s + allowance_s() - first_s_ + static_cast<double>(first_index_) * period_s_;
}

}  // namespace vasa::render
