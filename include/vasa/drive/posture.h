// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/controls.h"
#include "vasa/motion/motion_clip.h"

#include <cstddef>
#include <cstdint>

namespace vasa::drive {

/// How people shift while they talk: slow random turns and shifts of the head, of several seconds,
/// which a sampler of windows of four seconds hardly makes. Their spread is what such motion lacks
/// of that of talking heads; the eyes go on looking where they looked. Comes in over the first
/// two seconds; strength by the control "head motion".
/// @param clip  relative to the portrait
void add_posture(motion::MotionClip& clip, const motion::Controls& controls, std::uint64_t seed);

/// add_posture() to the frames [first, end) alone: pieces give what the whole gives.
void add_posture(motion::MotionClip& clip,
                 std::size_t first,
                 std::size_t end,
                 const motion::Controls& controls,
                 std::uint64_t seed);

}  // namespace vasa::drive
