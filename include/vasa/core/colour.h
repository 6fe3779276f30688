// SPDX-License-Identifier: Apache-2.0
// Measures of RGB colours by which several modules judge skin, teeth and eyes.
#pragma once

#include <algorithm>

namespace vasa::core {

/// Luminance of red, green and blue, in their unit (ITU-R BT.601 weights, as in JPEG).
inline float luminance(float red, float green, float blue) {
    return 0.299F * red + 0.587F * green + 0.114F * blue;
}
/// @param rgb  three values
template <typename Value>
float luminance(const Value* rgb) {
    return luminance(
        static_cast<float>(rgb[0]), static_cast<float>(rgb[1]), static_cast<float>(rgb[2]));
}

/// HSV saturation, 0 (grey) to 1, of values 0..255. A maximum below 1 counts as 1.
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

/// Largest saturation of teeth relative to skin: teeth are paler than skin, a tongue is as red.
struct TeethSaturation {
    float of_skin = 0.75F;  ///< fraction of the skin's saturation
    /// Added to it: even grey skin (a black-and-white portrait) allows a little saturation, because
    /// JPEG adds some.
    float margin = 0.05F;
};

/// Saturation from which a colour does not count as teeth.
/// @param skin_saturation  typical saturation of the face
inline float max_teeth_saturation(float skin_saturation, const TeethSaturation& teeth = {}) {
    return teeth.of_skin * skin_saturation + teeth.margin;
}

}  // namespace vasa::core
