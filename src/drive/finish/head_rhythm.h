// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/motion_clip.h"

#include <cstddef>
#include <vector>

namespace vasa::drive {

struct HeadRhythmParams {
    /// Half window of a Savitzky-Golay filter of second degree: sampled heads tremble by more than
    /// recorded ones from frame to frame, nods last 5 frames and more.
    int smooth_frames = 2;
    float slow_frames = 10.0F;  ///< sigma of the part of head motion that pauses leave
    /// Strength of the rest of the motion while the mouth rests and while it speaks: recorded heads
    /// turn 1.4 to 2.9 times faster while talking than in pauses, sampled ones 0.9 times.
    float rest = 0.0F, talking = 1.4F;
    float mouth_frames = 3.0F;  ///< sigma of the mouth's activity
    float busy_mouth = 0.05F;   ///< mean change of the open jaw per frame in lively speech
    /// Sampled heads turn less far than those of their training motion.
    float gain = 1.25F;
    /// Landmarks show depth poorly: recordings fitted to them move by 2 cm, talking heads by 0.7
    /// cm.
    float depth = 0.4F;
};

/// How far the jaw holds the mouth open.
float mouth_opening(const motion::MotionFrame& frame);

/// Number of frames before and after a frame that determine its head pose.
std::size_t reach_of_head_rhythm(const HeadRhythmParams& params);

/// Poses of the frames [first, end) with a head that is steadier from frame to frame, moves with a
/// talking mouth and rests with a resting one. Its slow turns stay.
/// @param frames  25 fps, with reach_of_head_rhythm() frames around these or all that exist
std::vector<head::Pose> heads_in_rhythm(const std::vector<motion::MotionFrame>& frames,
                                        std::size_t first,
                                        std::size_t end,
                                        const HeadRhythmParams& params);

}  // namespace vasa::drive
