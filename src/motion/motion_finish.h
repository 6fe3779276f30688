// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/controls.h"
#include "vasa/motion/motion_clip.h"

#include <cstdint>

namespace vasa::motion {

/// Rate of the blinks the network makes by itself, where a clip is too short to tell.
constexpr double kUsualBlinkRate_per_min = 12.0;

/// What sampled motion still lacks: the amplitudes asked for, a start from the portrait's pose,
/// expressions of the upper face, and blinks that close the eyes wholly, as often as asked for.
void finish_motion(MotionClip& clip, const Controls& controls, std::uint64_t seed);

/// Replaces each blink of the clip by a complete one at the same moment; drops or adds some to
/// reach the rate asked for. Lids between blinks are left as they are, below a half.
void finish_blinks(MotionClip& clip, const Controls& controls, std::uint64_t seed);

}  // namespace vasa::motion
