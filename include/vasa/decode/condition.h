// SPDX-License-Identifier: Apache-2.0
#pragma once

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

}  // namespace vasa::decode
