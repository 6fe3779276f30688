// SPDX-License-Identifier: Apache-2.0
#include "finish/blink_plan.h"

#include "vasa/core/filters.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

namespace vasa::drive {
namespace {

using head::Action;

float lids(const motion::MotionFrame& frame) {
    return 0.5F * (frame.actions[Action::EyeBlinkLeft] + frame.actions[Action::EyeBlinkRight]);
}

}  // namespace

float lid_curve(double offset_s, const BlinkParams& params) {
    if (offset_s < 0.0) {
        return core::smoothstep(
            -static_cast<float>(params.close_s), 0.0F, static_cast<float>(offset_s));
    }
    const double opening_s = offset_s - params.shut_s;
    return 1.0F -
           core::smoothstep(0.0F, static_cast<float>(params.open_s), static_cast<float>(opening_s));
}

BlinkPlan::BlinkPlan(motion::Controls controls, std::uint64_t seed, const BlinkParams& params)
    : params_(params),
      controls_(std::move(controls)),
      drop_(core::Rng(seed).fork(0xb11c)),
      add_(core::Rng(seed).fork(0xadd)) {}

void BlinkPlan::extend(const motion::MotionClip& clip, bool is_whole) {
    find_blinks(clip, is_whole);
    const double looked_s = static_cast<double>(next_frame_) / clip.fps.value();
    add_blinks(is_whole ? clip.duration_s() : looked_s - params_.min_gap_s);
    if (is_whole) {
        next_step_s_ = std::numeric_limits<double>::infinity();
    }
}

double BlinkPlan::decided_s() const {
    return next_step_s_ - params_.close_s;
}

float BlinkPlan::shut(double time_s) const {
    const auto first = std::lower_bound(
        moments_.begin(), moments_.end(), time_s - params_.shut_s - params_.open_s);
    float shut = 0.0F;
    for (auto it = first; it != moments_.end() && *it <= time_s + params_.close_s; ++it) {
        shut = std::max(shut, lid_curve(time_s - *it, params_));
    }
    return shut;
}

void BlinkPlan::find_blinks(const motion::MotionClip& clip, bool is_whole) {
    const double fps = clip.fps.value();
    const auto longest = static_cast<std::size_t>(std::ceil(params_.longest_s * fps));
    const std::size_t count = clip.frames.size();
    while (next_frame_ < count) {
        std::size_t peak = next_frame_, end = next_frame_;
        while (end < count && end - next_frame_ < longest &&
               lids(clip.frames[end]) > params_.level) {
            peak = lids(clip.frames[end]) > lids(clip.frames[peak]) ? end : peak;
            ++end;
        }
        if (end == next_frame_) {
            ++next_frame_;
            continue;
        }
        if (end == count && end - next_frame_ < longest && !is_whole) {
            return;  // the blink may continue
        }
        const double moment_s = static_cast<double>(peak) / fps;
        if (found_.empty() || moment_s - found_.back() >= params_.min_gap_s) {
            found_.push_back(moment_s);
            keep_or_drop(moment_s);
        }
        next_frame_ = end;
    }
}

void BlinkPlan::keep_or_drop(double moment_s) {
    const auto asked = static_cast<double>(controls_.at(moment_s).blink_rate_per_min);
    if (drop_.uniform() * made_per_min(moment_s) < asked && is_free(moment_s)) {
        insert(moment_s);
    }
}

void BlinkPlan::add_blinks(double until_s) {
    for (; next_step_s_ + params_.step_s <= until_s; next_step_s_ += params_.step_s) {
        const auto asked = static_cast<double>(controls_.at(next_step_s_).blink_rate_per_min);
        const double moment_s = next_step_s_ + add_.uniform(0.0, params_.step_s);
        const double missing_per_min = asked - made_per_min(next_step_s_);
        num_owed_ += add_.uniform() < params_.step_s * missing_per_min / 60.0 ? 1 : 0;
        if (num_owed_ > 0 && is_free(moment_s)) {
            insert(moment_s);
            --num_owed_;
        }
    }
}

/// Blinks per minute of the motion so far. A short time says little, so it is combined with the
/// usual rate.
double BlinkPlan::made_per_min(double time_s) const {
    const auto count = std::upper_bound(found_.begin(), found_.end(), time_s) - found_.begin();
    return (60.0 * static_cast<double>(count) + params_.usual_rate_per_min * params_.usual_s) /
           (time_s + params_.usual_s);
}

bool BlinkPlan::is_free(double moment_s) const {
    const auto next = std::lower_bound(moments_.begin(), moments_.end(), moment_s);
    return (next == moments_.end() || *next - moment_s >= params_.min_gap_s) &&
           (next == moments_.begin() || moment_s - *std::prev(next) >= params_.min_gap_s);
}

void BlinkPlan::insert(double moment_s) {
    moments_.insert(std::upper_bound(moments_.begin(), moments_.end(), moment_s), moment_s);
}

void add_blink(const BlinkParams& params, float shut, motion::MotionFrame& frame) {
    for (const Action action : {Action::EyeBlinkLeft, Action::EyeBlinkRight}) {
        float& value = frame.actions[action];
        const float between = value > params.level ? params.level * params.left_over : value;
        value = between + (1.0F - between) * shut;
    }
}

void apply_blinks(const BlinkPlan& plan, double time_s, motion::MotionFrame& frame) {
    add_blink(plan.params(), plan.shut(time_s), frame);
}

}  // namespace vasa::drive
