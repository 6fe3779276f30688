// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/motion_clip.h"

#include <cstdint>
#include <string>
#include <vector>

namespace vasa::drive {

/// Constants of put_on_portrait().
struct PortraitMotionParams {
    /// Time in which the portrait's expression fades: over before the first words, and slow enough
    /// that no jump shows. With smoothstep, a full smile moves by at most 0.15 a frame at 25 fps.
    float fade_s = 0.4F;
    /// Time in which the gaze turns to the camera: a slow turn, not a saccade.
    float gaze_s = 0.8F;
    /// Share of the way to the camera; the rest keeps some of the portrait's character.
    float gaze_to_camera = 0.7F;
    /// Largest turn of the eyes to meet the camera, as far as eyes go without the head (20°).
    float max_camera_gaze_rad = 0.35F;
    /// The driver eases in after the first frame, which is the portrait itself: one frame at 25
    /// fps.
    float driver_ease_s = 0.04F;
};

/// Applies a frame of a driver's motion (pose deltas, actions over the neutral face) to a portrait.
///
/// Frame 0 is the unchanged portrait. Then its expression fades to `keep_expression`, so that
/// motion is shown on a neutral face. Whatever that share is, what parts the lips fades completely,
/// so that closures close, and so do the lids' blinks, so that closed eyes open. The gaze moves
/// most of the way to the camera. The driver's actions are added and clamped to [0, 1]; a blink
/// closes the lids the rest of the way.
/// @param index            of the frame
/// @param keep_expression  share of the portrait's expression that stays, 0..1
motion::MotionFrame put_on_portrait(const motion::MotionFrame& driver,
                                    std::int64_t index,
                                    const core::Rational& fps,
                                    const motion::MotionFrame& portrait,
                                    float keep_expression,
                                    const PortraitMotionParams& params = {});

/// A motion file fitted to a portrait, a frame rate and a length. Its actions replace the
/// portrait's from the first frame on: a file shows the same expressions on every face.
/// @param warnings  receives a warning if the motion is too short and is held
motion::MotionClip fit_motion_file(const motion::MotionClip& clip,
                                   const motion::MotionFrame& portrait,
                                   const core::Rational& fps,
                                   int num_frames,
                                   const motion::RetargetOptions& options,
                                   std::vector<std::string>& warnings);

}  // namespace vasa::drive
