// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/rng.h"
#include "vasa/motion/controls.h"
#include "vasa/motion/motion_clip.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vasa::drive {

struct BlinkParams {
    float level = 0.3F;  ///< a rise of the lids beyond this, and back, is a blink of the network
    double longest_s = 0.5;  ///< lids that stay up there for longer count as a blink again
    /// What is left of a blink of the network that the plan does not complete, as a fraction of
    /// `level`.
    float left_over = 0.5F;
    // Lids fall in two frames at 25 Hz and rise in more; they stay shut for one at least.
    double close_s = 0.08, shut_s = 0.05, open_s = 0.14;
    double min_gap_s = 0.35;  ///< between blinks: the lids have opened by then
    double step_s = 0.1;      ///< blinks are added within steps of this length
    /// Rate of the blinks the network makes by itself, taken as known for this long: a clip that is
    /// shorter does not tell.
    double usual_rate_per_min = 12.0, usual_s = 15.0;
};

/// When the eyes shut: at the blinks that motion has by itself, some dropped or others added until
/// they are as frequent as asked for. Decided as the motion is made, a second behind it at most.
class BlinkPlan {
  public:
    BlinkPlan(motion::Controls controls, std::uint64_t seed, const BlinkParams& params = {});

    /// Looks at the lids of the clip's frames that are new since the last call.
    /// @param is_whole  there are no more
    void extend(const motion::MotionClip& clip, bool is_whole);

    /// shut() before this moment is decided.
    double decided_s() const;

    /// How far the lids are shut by complete blinks, 0..1.
    float shut(double time_s) const;

    const BlinkParams& params() const { return params_; }

  private:
    void find_blinks(const motion::MotionClip& clip, bool is_whole);
    void add_blinks(double until_s);
    void keep_or_drop(double moment_s);
    double made_per_min(double time_s) const;
    bool is_free(double moment_s) const;
    void insert(double moment_s);

    BlinkParams params_;
    motion::Controls controls_;
    core::Rng drop_, add_;
    std::size_t next_frame_ = 0;   ///< the first whose lids are still to be looked at
    std::vector<double> found_;    ///< in the motion, seconds, ascending
    std::vector<double> moments_;  ///< of the plan, seconds, ascending
    int num_owed_ = 0;             ///< to be added where there is room
    double next_step_s_ = 0;       ///< from which on blinks may still be added
};

/// The lids of a frame with the plan's blinks: what is left of the frame's own, incomplete one
/// goes; between blinks lids are left as they are, up to BlinkParams::level.
void apply_blinks(const BlinkPlan& plan, double time_s, motion::MotionFrame& frame);

}  // namespace vasa::drive
