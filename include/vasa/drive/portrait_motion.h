// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/motion_clip.h"

#include <cstdint>
#include <string>
#include <vector>

namespace vasa::drive {

/// Applies a frame of a driver's relative motion (pose deltas, actions over rest) to a portrait.
///
/// Frame 0 is the unchanged portrait. Its lip opening then fades out, so that closures close, and
/// its other mouth actions fade to 30 % (a smile fades as speech starts), both within 0.4 s. Brows
/// and lids stay. Its gaze moves most of the way to the camera within 0.8 s. The driver's actions
/// are added and clamped to [0, 1]; a blink closes the lids the rest of the way.
/// @param index  of the frame
motion::MotionFrame put_on_portrait(const motion::MotionFrame& driver,
                                    std::int64_t index,
                                    const core::Rational& fps,
                                    const motion::MotionFrame& portrait);

/// A motion file fitted to a portrait, a frame rate and a length.
/// @param warnings  receives a warning if the motion is too short and is held
motion::MotionClip fit_motion_file(const motion::MotionClip& clip,
                                   const motion::MotionFrame& portrait,
                                   const core::Rational& fps,
                                   int num_frames,
                                   const motion::RetargetOptions& options,
                                   std::vector<std::string>& warnings);

}  // namespace vasa::drive
