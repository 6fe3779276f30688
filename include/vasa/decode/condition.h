// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

namespace vasa::decode {

/// Channels of the frame decoder network's input, in this order.
enum class Condition : int {
    Red = 0,  ///< the geometry's colours, -0.5..0.5
    Green,
    Blue,
    Visibility,  ///< 1 = the portrait saw this point
    Alpha,       ///< person over background
    Skin,        ///< 1 on the part of that name
    MouthLining,
    Gums,
    Tongue,
    TeethUpper,
    TeethLower,
    Eye,
    Card,
    FacingX,
    FacingY,
    FacingZ,
    Shading,  ///< light inside the mouth
    RestX,    ///< where the point lies in the head at rest, unit: 8 cm
    RestY,
    RestZ,
    ToothSine,  ///< inside the mouth, a wave along x as long as two teeth: it goes with them
    ToothCosine,
    SourceScale,  ///< log2 of the portrait's pixels per frame pixel
};
constexpr int kNumConditions = static_cast<int>(Condition::SourceScale) + 1;

/// What the channels mean, by Condition: stands in the network's file, which is refused where it
/// was trained on others. A channel that comes to mean something else gets another name.
constexpr std::array<const char*, kNumConditions> kConditionNames = {
    "red - 0.5",  "green - 0.5",   "blue - 0.5",       "visibility",
    "alpha",      "skin",          "mouth_lining",     "gums",
    "tongue",     "teeth_upper",   "teeth_lower",      "eye",
    "card",       "facing_x",      "facing_y",         "facing_z",
    "shading",    "rest_x / 8 cm", "rest_y / 8 cm",    "rest_z / 8 cm",
    "tooth_sine", "tooth_cosine",  "log2 source_scale"};
static_assert(kConditionNames.back() != nullptr, "each condition has a name");

}  // namespace vasa::decode
