// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "finish/motion_finish.h"
#include "live/live_blinks.h"

#include "vasa/head/pose.h"
#include "vasa/motion/controls.h"
#include "vasa/motion/motion_clip.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace vasa::drive {

/// The network blinks less often when it knows little of the future.
constexpr double kLiveBlinks_per_min = 3.0;

inline MotionFinishParams live_motion_params() {
    MotionFinishParams params;
    params.blinks.usual_rate_per_min = kLiveBlinks_per_min;
    return params;
}

struct LiveFinishParams {
    MotionFinishParams motion = live_motion_params();
    /// Time constant of each of the two filters that give the slow part of head motion. Together
    /// they pass what HeadRhythmParams::slow_frames passes, and lag by as much as they are long.
    float slow_frames = 7.0F;
    /// Time constant of each of two filters that steady the head from hop to hop, and the forecast
    /// frame that they take, so that the head is not late.
    float steady_frames = 1.2F;
    std::size_t lead_frames = 2;
    float strength_frames = 3.0F;  ///< time constant in which head motion follows the mouth's
    float head_gain = 1.3F;        ///< of what these filters and averages of forecasts take
    float brow_gain = 1.3F;        ///< the same for brows
    double breath_hz = 0.25;       ///< 15 a minute, as the rules' FaceRules
    float breath_rad = 0.0025F, breath_cm = 0.05F;  ///< hardly visible, but a still head looks dead
};

/// What MotionFinisher does to files, without later frames: a head that moves with the mouth, brows
/// at their full range, blinks that close the eyes, a start from the portrait's pose; and
/// breathing. A forecast of the next frames stands in for the later ones. Amplitudes that are asked
/// for are applied after it.
class LiveFinisher {
  public:
    explicit LiveFinisher(std::uint64_t seed, const LiveFinishParams& params = {});

    /// Frames of the forecast that it looks at.
    std::size_t reach() const;

    /// Finishes the next frame, 25 fps.
    /// @param sampled   the frame as sampled
    /// @param forecast  frames after it; fewer than reach() are continued by the last
    motion::MotionFrame add(const motion::MotionFrame& sampled,
                            const std::vector<motion::MotionFrame>& forecast,
                            float blink_rate_per_min);

  private:
    head::Pose head_in_rhythm(const std::vector<motion::MotionFrame>& around, std::size_t index);

    LiveFinishParams params_;
    LiveBlinks blinks_;
    double breath_phase_;
    std::deque<motion::MotionFrame> past_;  ///< sampled frames before the next one
    using PoseValues = std::array<float, head::kNumPoseValues>;
    PoseValues half_steady_{}, steady_{}, half_slow_{}, slow_{};
    float strength_ = 0.0F;
    head::Pose first_pose_;
    std::int64_t num_frames_ = 0;
};

}  // namespace vasa::drive
