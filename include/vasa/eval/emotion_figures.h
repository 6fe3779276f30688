// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/progress.h"
#include "vasa/core/stop_token.h"
#include "vasa/decode/batch_decoder.h"
#include "vasa/head/actions.h"
#include "vasa/motion/emotion.h"
#include "vasa/motion/motion_clip.h"

#include <string>
#include <vector>

namespace vasa::eval {

/// Motion of the same speech with one emotion.
struct EmotionalClip {
    motion::Emotion emotion = motion::Emotion::Happy;
    float strength = 1.0F;
    motion::MotionClip motion;  ///< of a driver, relative to a portrait
};

/// An action by which an emotion is recognised, as tracked in rendered frames; the mean of both
/// sides if both define it.
struct ShownAction {
    head::Action action{};
    /// Mean of a clip minus that of the neutral clip, mean and least over the portraits, for each
    /// strength.
    std::vector<double> gain, least_gain;
    /// Spearman correlation of the gain with the strength, with neutral as strength 0: mean and
    /// least over the portraits.
    double order = 0, least_order = 0;
};

/// What frames show of an emotion.
struct EmotionFigures {
    motion::Emotion emotion = motion::Emotion::Happy;
    std::vector<float> strengths;  ///< ascending
    std::vector<ShownAction> actions;
};

struct EmotionMeasuring {
    std::string model_dir;
    std::vector<std::string> portraits;  ///< files; those without a usable face are left out
    decode::BatchNetwork network;        ///< on the CPU; null = geometry alone
    float keep_expression = 0.0F;        ///< share of the portrait's expression that stays, 0..1
    /// Frames are rendered and tracked from `from_s` on, when nothing eases in any more, one in
    /// `every`.
    double from_s = 1.5;
    int every = 5;
};

/// Renders portraits with clips, tracks the frames as `vasa track` does (without smoothness over
/// time), and compares the emotions' defining actions with those of the neutral clip.
/// @param neutral  motion of the same speech without emotion
/// @throws Error(Input) if no portrait can be used or the motion ends before `from_s`.
std::vector<EmotionFigures> measure_emotions(const EmotionMeasuring& options,
                                             const motion::MotionClip& neutral,
                                             const std::vector<EmotionalClip>& clips,
                                             const core::ProgressFn& progress,
                                             const core::StopToken& stop);

}  // namespace vasa::eval
