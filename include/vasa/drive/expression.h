// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/controls.h"
#include "vasa/motion/motion_clip.h"

#include <cstddef>
#include <cstdint>

namespace vasa::drive {

/// What a talking face does besides speaking, blinking and looking about: brows rise and knit, eyes
/// widen and narrow, moods pass over cheeks and corners of the mouth. Slow random processes,
/// livelier while the mouth is busy; their spread and their speed are those of talking heads. Comes
/// in over the first second, and leaves the lips alone where they meet or are rounded.
/// @param clip  relative to the portrait; strengths by the control "expression"
void add_expression(motion::MotionClip& clip, const motion::Controls& controls, std::uint64_t seed);

/// add_expression() to the frames [first, end) alone.
/// @param clip  has reach_of_expression() frames before and after them, or all there are
void add_expression(motion::MotionClip& clip,
                    std::size_t first,
                    std::size_t end,
                    const motion::Controls& controls,
                    std::uint64_t seed);

/// Frames before and after one that tell how busy the mouth is.
std::size_t reach_of_expression(const core::Rational& fps);

}  // namespace vasa::drive
