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
    float level = 0.3F;      ///< lids that rise above this and return are a blink of the network
    double longest_s = 0.5;  ///< lids that stay above it for longer count as another blink
    /// Remainder of a network blink that the plan does not complete, as a fraction of `level`.
    float left_over = 0.5F;
    // Lids close in two frames at 25 Hz and open in more; they stay shut for at least one.
    double close_s = 0.08, shut_s = 0.05, open_s = 0.14;
    double min_gap_s = 0.35;  ///< between blinks: the lids have opened by then
    double step_s = 0.1;      ///< blinks are added within steps of this length
    /// Prior of the network's own blink rate, and its weight in seconds: a shorter clip does not
    /// determine the rate.
    double usual_rate_per_min = 12.0, usual_s = 15.0;
};

/// Lid closure, 0..1, at a time before (negative) or after the moment when the lids shut.
float lid_curve(double offset_s, const BlinkParams& params);

/// Moments when the eyes shut: the motion's own blinks, with some dropped or others added to reach
/// the requested rate. Decided as the motion is made, at most a second behind it.
class BlinkPlan {
  public:
    BlinkPlan(motion::Controls controls, std::uint64_t seed, const BlinkParams& params = {});

    /// Examines the lids of the clip's frames that are new since the last call.
    /// @param is_whole  whether there are no more frames
    void extend(const motion::MotionClip& clip, bool is_whole);

    /// Time before which shut() is decided.
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
    std::size_t next_frame_ = 0;   ///< first frame whose lids are not yet examined
    std::vector<double> found_;    ///< in the motion, seconds, ascending
    std::vector<double> moments_;  ///< of the plan, seconds, ascending
    int num_owed_ = 0;             ///< to be added where there is room
    double next_step_s_ = 0;       ///< time from which blinks may still be added
};

/// Shuts a frame's lids by `shut`, 0..1. The frame's own, incomplete blink is reduced;
/// between blinks, lids up to BlinkParams::level are unchanged.
void add_blink(const BlinkParams& params, float shut, motion::MotionFrame& frame);

/// add_blink() of the plan's blinks.
void apply_blinks(const BlinkPlan& plan, double time_s, motion::MotionFrame& frame);

}  // namespace vasa::drive
