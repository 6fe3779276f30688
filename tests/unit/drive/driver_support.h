// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/correlation.h"
#include "support/synthetic_speech.h"

#include "vasa/drive/rules_driver.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace vasa::test {

using core::Rational;
using drive::RulesDriverOptions;
using head::Action;
using motion::MotionClip;
using motion::MotionFrame;

constexpr Rational k25 = {25, 1};

inline MotionClip drive_speech(const SyntheticSpeech& speech,
                               std::uint64_t seed = 1,
                               Rational fps = k25) {
    RulesDriverOptions options;
    options.seed = seed;
    return drive::drive_by_rules(speech.samples(), fps, options);
}

inline std::vector<float> values(const MotionClip& clip, Action action) {
    std::vector<float> result;
    for (const MotionFrame& frame : clip.frames) {
        result.push_back(frame.actions[action]);
    }
    return result;
}

inline float mean_between(const MotionClip& clip, Action action, double from_s, double to_s) {
    double sum = 0.0;
    int num = 0;
    for (std::size_t i = 0; i < clip.frames.size(); ++i) {
        const double time_s = static_cast<double>(i) / clip.fps.value();
        if (time_s >= from_s && time_s < to_s) {
            sum += static_cast<double>(clip.frames[i].actions[action]);
            ++num;
        }
    }
    return static_cast<float>(sum / std::max(num, 1));
}

inline float largest(const MotionClip& clip, Action action, double from_s, double to_s) {
    float result = 0.0F;
    for (std::size_t i = 0; i < clip.frames.size(); ++i) {
        const double time_s = static_cast<double>(i) / clip.fps.value();
        if (time_s >= from_s && time_s < to_s) {
            result = std::max(result, clip.frames[i].actions[action]);
        }
    }
    return result;
}

inline int count_blinks(const MotionClip& clip) {
    int num = 0;
    bool shut = false;
    for (const float lid : values(clip, Action::EyeBlinkLeft)) {
        num += !shut && lid > 0.5F ? 1 : 0;
        shut = lid > 0.5F || (shut && lid > 0.2F);
    }
    return num;
}

}  // namespace vasa::test
