// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace vasa::head {

/// What a vertex or triangle belongs to.
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

}  // namespace vasa::head
