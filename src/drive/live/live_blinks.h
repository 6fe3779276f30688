// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "finish/blink_plan.h"

#include "vasa/core/rng.h"
#include "vasa/motion/motion_clip.h"

#include <cstdint>

namespace vasa::drive {

/// Complete blinks for motion that is shown at once: a blink begins in the frame in which the
/// network's lids rise, or at a random moment where the requested rate asks for more. The rules for
/// the rate are BlinkPlan's.
class LiveBlinks {
  public:
    explicit LiveBlinks(std::uint64_t seed, const BlinkParams& params = {});

    /// Applies blinks to the next frame, at 25 fps.
    void apply(float rate_per_min, motion::MotionFrame& frame);

  private:
    bool begins(float lids, float rate_per_min);

    BlinkParams params_;
    core::Rng drop_, add_;
    double time_s_ = 0.0;
    /// Of the network's own blinks: weighted by how recent they are.
    double own_blinks_, own_s_;
    bool is_raised_ = false;   ///< the network's lids are above the level
    double shut_at_s_ = -1e9;  ///< moment when the lids shut
};

}  // namespace vasa::drive
