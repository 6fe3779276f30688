// SPDX-License-Identifier: Apache-2.0
// Measures of RGB colours that several modules judge skin, teeth and eyes by.
#pragma once

#include <algorithm>

namespace vasa::core {

/// Luminance of red, green and blue, in their unit (ITU-R BT.601 weights, as JPEG has them).
inline float luminance(float red, float green, float blue) {
    return 0.299F * red + 0.587F * green + 0.114F * blue;
}
/// @param rgb  three values
template <typename Value>
float luminance(const Value* rgb) {
    return luminance(
        static_cast<float>(rgb[0]), static_cast<float>(rgb[1]), static_cast<float>(rgb[2]));
}

/// Saturation as HSV has it, 0 = grey .. 1; of values 0..255. What is darker than 1 counts as 1.
inline float saturation(float red, float green, float blue) {
    const float high = std::max({red, green, blue}), low = std::min({red, green, blue});
    return (high - low) / std::max(high, 1.0F);
}
/// @param rgb  three values
template <typename Value>
float saturation(const Value* rgb) {
    return saturation(
        static_cast<float>(rgb[0]), static_cast<float>(rgb[1]), static_cast<float>(rgb[2]));
}

/// How saturated teeth may be beside a skin: they are paler than it, and a tongue is as red.
struct TeethSaturation {
    float of_skin = 0.75F;  ///< part of the skin's saturation
    /// On top of it: even a colourless skin (a black-and-white portrait) allows a little, for what
    /// JPEG adds.
    float margin = 0.05F;
};

/// Saturation from which a colour is not that of teeth.
/// @param skin_saturation  typical saturation of the face
inline float max_teeth_saturation(float skin_saturation, const TeethSaturation& teeth = {}) {
    return teeth.of_skin * skin_saturation + teeth.margin;
}

}  // namespace vasa::core
