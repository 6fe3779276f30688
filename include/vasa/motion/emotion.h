// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace vasa::motion {

/// Emotions that can be requested. Neutral is the absence of all of them.
enum class Emotion : int { Happy, Sad, Angry, Surprised, Afraid, Disgusted, Contempt };
constexpr int kNumEmotions = 7;

/// Strength of each emotion, 0..1; all 0 is neutral. Indexed by Emotion.
using EmotionMix = std::array<float, kNumEmotions>;

/// "happy", "sad", ...
std::string_view emotion_name(Emotion emotion);
/// The emotion of that name; empty for "neutral" and for unknown names.
std::optional<Emotion> find_emotion(std::string_view name);

}  // namespace vasa::motion
