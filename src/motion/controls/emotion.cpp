// SPDX-License-Identifier: Apache-2.0
#include "vasa/motion/emotion.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace vasa::motion {
namespace {

using head::Action;

constexpr std::array<std::string_view, kNumEmotions> kNames = {
    "happy", "sad", "angry", "surprised", "afraid", "disgusted", "contempt"};

struct Part {
    Action action;
    float value;
};

/// Adds both actions of a left-right pair.
void add_sides(std::vector<Part>& parts, Action left, float value) {
    parts.push_back({left, value});
    parts.push_back({head::mirrored(left), value});
}

/// Actions at full strength; the comments give the action units.
std::vector<Part> parts_of(Emotion emotion) {
    std::vector<Part> parts;
    switch (emotion) {
        case Emotion::Happy:  // 6 + 12
            add_sides(parts, Action::CheekSquintLeft, 0.55F);
            add_sides(parts, Action::EyeSquintLeft, 0.25F);
            add_sides(parts, Action::MouthSmileLeft, 0.55F);
            add_sides(parts, Action::MouthDimpleLeft, 0.12F);
            break;
        case Emotion::Sad:  // 1 + 4 + 15
            parts.push_back({Action::BrowInnerUp, 0.65F});
            add_sides(parts, Action::BrowDownLeft, 0.2F);
            add_sides(parts, Action::EyeSquintLeft, 0.15F);
            add_sides(parts, Action::MouthFrownLeft, 0.5F);
            parts.push_back({Action::MouthShrugLower, 0.2F});
            break;
        case Emotion::Angry:  // 4 + 5 + 7 + 23
            add_sides(parts, Action::BrowDownLeft, 0.75F);
            add_sides(parts, Action::EyeWideLeft, 0.2F);
            add_sides(parts, Action::EyeSquintLeft, 0.35F);
            add_sides(parts, Action::NoseSneerLeft, 0.2F);
            add_sides(parts, Action::MouthPressLeft, 0.25F);
            add_sides(parts, Action::MouthFrownLeft, 0.2F);
            break;
        case Emotion::Surprised:  // 1 + 2 + 5 + 26
            parts.push_back({Action::BrowInnerUp, 0.7F});
            add_sides(parts, Action::BrowOuterUpLeft, 0.65F);
            add_sides(parts, Action::EyeWideLeft, 0.6F);
            parts.push_back({Action::JawOpen, 0.08F});
            break;
        case Emotion::Afraid:  // 1 + 2 + 4 + 5 + 7 + 20 + 26
            parts.push_back({Action::BrowInnerUp, 0.75F});
            add_sides(parts, Action::BrowOuterUpLeft, 0.25F);
            add_sides(parts, Action::BrowDownLeft, 0.25F);
            add_sides(parts, Action::EyeWideLeft, 0.6F);
            add_sides(parts, Action::MouthStretchLeft, 0.35F);
            parts.push_back({Action::JawOpen, 0.05F});
            break;
        case Emotion::Disgusted:  // 9 + 15 + 16
            add_sides(parts, Action::NoseSneerLeft, 0.65F);
            add_sides(parts, Action::BrowDownLeft, 0.35F);
            add_sides(parts, Action::CheekSquintLeft, 0.3F);
            add_sides(parts, Action::MouthUpperUpLeft, 0.15F);
            add_sides(parts, Action::MouthFrownLeft, 0.3F);
            break;
        case Emotion::Contempt:  // 12 + 14 of one side
            parts.push_back({Action::MouthSmileLeft, 0.35F});
            parts.push_back({Action::MouthDimpleLeft, 0.45F});
            parts.push_back({Action::CheekSquintLeft, 0.15F});
            add_sides(parts, Action::EyeSquintLeft, 0.15F);
            break;
    }
    return parts;
}

}  // namespace

std::string_view emotion_name(Emotion emotion) {
    return kNames.at(static_cast<std::size_t>(emotion));
}

std::optional<Emotion> find_emotion(std::string_view name) {
    const auto found = std::find(kNames.begin(), kNames.end(), name);
    if (found == kNames.end()) {
        return std::nullopt;
    }
    return static_cast<Emotion>(found - kNames.begin());
}

head::Actions emotion_offset(const EmotionMix& mix) {
    head::Actions offset;
    for (int e = 0; e < kNumEmotions; ++e) {
        for (const Part& part : parts_of(static_cast<Emotion>(e))) {
            offset[part.action] += mix[static_cast<std::size_t>(e)] * part.value;
        }
    }
    for (float& value : offset.values) {
        value = std::clamp(value, -1.0F, 1.0F);
    }
    return offset;
}

}  // namespace vasa::motion
