// SPDX-License-Identifier: Apache-2.0
#include "live/live_blinks.h"

#include "vasa/motion/motion_clip.h"

#include <algorithm>
#include <cmath>

namespace vasa::drive {
namespace {

using head::Action;

constexpr double kFrame_s = 1.0 / motion::kMotionRate_hz;
/// The network's own rate is measured over this time, so that it follows a change of speech.
constexpr double kMemory_s = 60.0;

}  // namespace

LiveBlinks::LiveBlinks(std::uint64_t seed, const BlinkParams& params)
    : params_(params),
      drop_(core::Rng(seed).fork(0xb11c)),
      add_(core::Rng(seed).fork(0xadd)),
      own_blinks_(params.usual_rate_per_min * params.usual_s / 60.0),
      own_s_(params.usual_s) {}

bool LiveBlinks::begins(float lids, float rate_per_min) {
    const double made_per_min = 60.0 * own_blinks_ / own_s_;
    const auto asked = static_cast<double>(rate_per_min);
    const bool rises = lids > params_.level && !is_raised_;
    is_raised_ = lids > params_.level;
    const double fading = std::exp(-kFrame_s / kMemory_s);
    own_blinks_ = fading * own_blinks_ + (rises ? 1.0 : 0.0);
    own_s_ = fading * own_s_ + kFrame_s;
    // Both are drawn in every frame, so that a change of the rate does not move later blinks.
    const bool kept = drop_.uniform() * made_per_min < asked;
    const bool added = add_.uniform() < kFrame_s * (asked - made_per_min) / 60.0;
    const bool is_free = time_s_ + params_.close_s - shut_at_s_ >= params_.min_gap_s;
    return is_free && ((rises && kept) || added);
}

void LiveBlinks::apply(float rate_per_min, motion::MotionFrame& frame) {
    const float lids =
        0.5F * (frame.actions[Action::EyeBlinkLeft] + frame.actions[Action::EyeBlinkRight]);
    if (begins(lids, rate_per_min)) {
        shut_at_s_ = time_s_ + params_.close_s - kFrame_s;
    }
    add_blink(params_, lid_curve(time_s_ - shut_at_s_, params_), frame);
    time_s_ += kFrame_s;
}

}  // namespace vasa::drive
