// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/host_device.h"

#include <cstdint>

namespace vasa::head {

/// Part of the head of a vertex or triangle.
enum class Part : std::uint8_t {
    Skin = 0,  ///< face, ears, neck and scalp
    MouthLining = 1,
    Gums = 2,
    Tongue = 3,
    TeethUpper = 4,
    TeethLower = 5,
    EyeLeft = 6,  ///< the person's left eye (the image's right)
    EyeRight = 7,
};
constexpr int kNumParts = 8;

/// True for parts inside the mouth: lining, gums, tongue and teeth.
VASA_HOST_DEVICE constexpr bool is_mouth_part(Part part) {
    return part >= Part::MouthLining && part <= Part::TeethLower;
}
/// True for upper and lower teeth.
VASA_HOST_DEVICE constexpr bool is_teeth_part(Part part) {
    return part == Part::TeethUpper || part == Part::TeethLower;
}
/// True for both eyeballs.
VASA_HOST_DEVICE constexpr bool is_eye_part(Part part) {
    return part == Part::EyeLeft || part == Part::EyeRight;
}

}  // namespace vasa::head
