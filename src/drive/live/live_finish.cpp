// SPDX-License-Identifier: Apache-2.0
#include "live/live_finish.h"

#include "finish/head_rhythm.h"

#include "vasa/core/filters.h"
#include "vasa/core/rng.h"

#include <algorithm>
#include <cmath>

namespace vasa::drive {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr std::uint64_t kBreathStream = 0xb4ea;

/// Share by which a filter of this time constant approaches its input in a frame.
float share_of(float frames) {
    return 1.0F - std::exp(-1.0F / frames);
}

std::size_t mouth_reach(const HeadRhythmParams& params) {
    return static_cast<std::size_t>(std::ceil(3.0F * params.mouth_frames));
}

}  // namespace

LiveFinisher::LiveFinisher(std::uint64_t seed, const LiveFinishParams& params)
    : params_(params),
      blinks_(seed, params.motion.blinks),
      breath_phase_(core::Rng(seed).fork(kBreathStream).uniform(0.0, 2.0 * kPi)) {}

std::size_t LiveFinisher::reach() const {
    const HeadRhythmParams& rhythm = params_.motion.rhythm;
    return std::max(mouth_reach(rhythm), static_cast<std::size_t>(rhythm.smooth_frames));
}

/// @param around  the frame at `index` with the frames before and after it
head::Pose LiveFinisher::head_in_rhythm(const std::vector<motion::MotionFrame>& around,
                                        std::size_t index) {
    const HeadRhythmParams& rhythm = params_.motion.rhythm;
    core::Track change;
    for (std::size_t i = 0; i < around.size(); ++i) {
        change.push_back(i > 0 ? std::abs(mouth_opening(around[i]) - mouth_opening(around[i - 1]))
                               : 0.0F);
    }
    const float activity = core::smooth_gaussian(change, rhythm.mouth_frames)[index];
    const float busy = std::min(activity / rhythm.busy_mouth, 1.0F);
    const float wanted = rhythm.rest + (rhythm.talking - rhythm.rest) * busy;
    strength_ += share_of(params_.strength_frames) * (wanted - strength_);
    const float slow_share = share_of(params_.slow_frames);
    const float steady_share = share_of(params_.steady_frames);
    const std::size_t lead = std::min(index + params_.lead_frames, around.size() - 1);
    std::array<float, head::kNumPoseValues> values{};
    for (std::size_t c = 0; c < values.size(); ++c) {
        core::Track track;
        for (const motion::MotionFrame& frame : around) {
            track.push_back(head::pose_values(frame.pose)[c]);
        }
        const float smooth = core::smooth_savitzky_golay(track, rhythm.smooth_frames)[lead];
        half_steady_[c] += steady_share * (smooth - half_steady_[c]);
        steady_[c] += steady_share * (half_steady_[c] - steady_[c]);
        half_slow_[c] += slow_share * (steady_[c] - half_slow_[c]);
        slow_[c] += slow_share * (half_slow_[c] - slow_[c]);
        values[c] =
            params_.head_gain * rhythm.gain * (slow_[c] + strength_ * (steady_[c] - slow_[c]));
    }
    return head::pose_from_values(values.data());
}

motion::MotionFrame LiveFinisher::add(const motion::MotionFrame& sampled,
                                      const std::vector<motion::MotionFrame>& forecast,
                                      float blink_rate_per_min) {
    const std::size_t before = past_.size();
    std::vector<motion::MotionFrame> around(past_.begin(), past_.end());
    around.push_back(sampled);
    around.insert(
        around.end(),
        forecast.begin(),
        forecast.begin() + static_cast<std::ptrdiff_t>(std::min(forecast.size(), reach())));
    motion::MotionFrame frame = sampled;
    frame.pose = head_in_rhythm(around, before);
    frame.pose.z_cm *= params_.motion.rhythm.depth;
    const double time_s = static_cast<double>(num_frames_) / motion::kMotionRate_hz;
    if (num_frames_++ == 0) {
        first_pose_ = frame.pose;
    }
    start_from_portrait(first_pose_, time_s, params_.motion.start_s, frame.pose);
    keep_target(sampled.pose, frame);
    const double breath = std::sin(2.0 * kPi * params_.breath_hz * time_s + breath_phase_);
    frame.pose.pitch_rad += params_.breath_rad * static_cast<float>(breath);
    frame.pose.y_cm += params_.breath_cm * static_cast<float>(breath);
    scale_expressions(1.0F, params_.brow_gain * params_.motion.brow_gain, frame.actions);
    blinks_.apply(blink_rate_per_min, frame);
    past_.push_back(sampled);
    if (past_.size() > reach()) {
        past_.pop_front();
    }
    return frame;
}

}  // namespace vasa::drive
