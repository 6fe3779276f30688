// SPDX-License-Identifier: Apache-2.0
#include "vasa/motion/emotion.h"

#include <algorithm>
#include <cstddef>

namespace vasa::motion {
namespace {

constexpr std::array<std::string_view, kNumEmotions> kNames = {
    "happy", "sad", "angry", "surprised", "afraid", "disgusted", "contempt"};

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

}  // namespace vasa::motion
