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
    Alpha,       ///< matte: 1 = person, 0 = background
    Skin,        ///< 1 on the part of this name
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
    RestX,    ///< the point's position in the head at rest, unit: 8 cm
    RestY,
    RestZ,
    ToothSine,  ///< inside the mouth: a wave along x of two teeth's length, moves with them
    ToothCosine,
    SourceScale,  ///< log2 of the portrait's pixels per frame pixel
};
constexpr int kNumConditions = static_cast<int>(Condition::SourceScale) + 1;

/// Meaning of the channels, by Condition. The network's file holds it; a file of a network trained
/// on others is refused. A channel whose meaning changes gets a new name.
constexpr std::array<const char*, kNumConditions> kConditionNames = {
    "red - 0.5",  "green - 0.5",   "blue - 0.5",       "visibility",
    "alpha",      "skin",          "mouth_lining",     "gums",
    "tongue",     "teeth_upper",   "teeth_lower",      "eye",
    "card",       "facing_x",      "facing_y",         "facing_z",
    "shading",    "rest_x / 8 cm", "rest_y / 8 cm",    "rest_z / 8 cm",
    "tooth_sine", "tooth_cosine",  "log2 source_scale"};
static_assert(kConditionNames.back() != nullptr, "each condition has a name");

}  // namespace vasa::decode
