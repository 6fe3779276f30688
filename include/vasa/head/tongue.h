// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

namespace vasa::head {

constexpr int kNumTongueValues = 2;

/// Place of the tongue inside the mouth, beside ARKit's actions, which have `tongueOut` only. 0..1.
struct Tongue {
    float tip = 0;    ///< 0 lies behind the lower teeth, 1 touches the ridge behind the upper ones
    float blade = 0;  ///< 0 lies low in the jaw, 1 touches the palate
};

constexpr std::array<float Tongue::*, kNumTongueValues> kTongueMembers = {&Tongue::tip,
                                                                          &Tongue::blade};
/// Names of the values, in the style of ARKit's.
constexpr std::array<const char*, kNumTongueValues> kTongueNames = {"tongueTip", "tongueBlade"};

}  // namespace vasa::head
