// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/head/actions.h"
#include "vasa/head/pose.h"
#include "vasa/motion/controls.h"
#include "vasa/motion/emotion.h"
#include "vasa/motion/motion_clip.h"

#include <vector>

namespace vasa::motion {

/// What a mix of emotions changes of a face.
struct EmotionEffect {
    head::Actions actions;  ///< share of each action's range, 0..1
    head::Pose pose;        ///< of the head relative to its own, with its weight on the neck
    head::Gaze gaze;        ///< of the eyes relative to their target, radians
    // Factors; 1 for no emotion.
    float head_motion = 1.0F;  ///< of the size of head motion
    float head_tempo = 1.0F;   ///< of its speed
    float blink_rate = 1.0F;
};

/// The effect of a mix: the sum of its emotions, each in proportion to its strength. Actions that
/// work against each other (wide and narrow eyes, raised and lowered brows, smile and frown) are
/// reduced to a total of 1.
///
/// Actions are those of EMFACS' action units (Friesen & Ekman 1983); poses follow Wallbott, "Bodily
/// expression of emotion" (1998).
EmotionEffect emotion_effect(const EmotionMix& mix);

/// Actions by which an emotion is recognised, at least one.
const std::vector<head::Action>& defining_actions(Emotion emotion);

/// How an emotion yields to speech and blinks. Articulation is read from the frame's own actions.
struct EmotionParams {
    float ease_in_s = 0.5F;       ///< of the face from the portrait
    float pose_ease_in_s = 1.2F;  ///< of the head, which is heavier
    float shut_press = 0.15F;     ///< mouthPress at which lips meet (P, B, M: up to 0.28)
    float bitten_roll = 0.35F;    ///< mouthRollLower of a lip on the teeth (F, V: 0.45)
    float rounded = 0.5F;         ///< pucker or funnel of rounded lips (UW, OW, W)
    float open_jaw = 0.25F;       ///< jaw opening of an open vowel, which pressed lips would narrow
    /// Of a spread or drawn mouth, where the lips are rounded; the rest still shows the emotion.
    float spread_yields = 0.7F;
    float eyes_stay = 0.85F;  ///< fraction of a turn of the head that the eyes make up for
};

/// Adds emotions to a frame of motion that was made without them.
///
/// An action moves by its share of the range that the frame leaves: v + share · (1 - v). So it
/// grows with the strength on every face and never saturates. Where lips meet, bite or are rounded,
/// what would part, turn or spread them yields; where the jaw is open, what would press the lips
/// yields; wide eyes yield to blinks. The frame's own opposing actions yield to the emotion.
/// @param frame   relative to the portrait, with its blinks
/// @param time_s  of the frame; emotions ease in from the portrait
void add_emotion(MotionFrame& frame,
                 const EmotionMix& mix,
                 double time_s,
                 const EmotionParams& params = {});

/// add_emotion() for all frames of a clip.
void add_emotion(MotionClip& clip, const Controls& controls, const EmotionParams& params = {});

}  // namespace vasa::motion
