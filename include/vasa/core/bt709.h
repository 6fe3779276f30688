// SPDX-License-Identifier: Apache-2.0
// RGB to ITU-R BT.709, limited range, in 15-bit fixed point, for both CPU and GPU.
#pragma once

#include "vasa/core/host_device.h"

#include <cstdint>

namespace vasa::core::bt709 {

constexpr double kRed = 0.2126;
constexpr double kBlue = 0.0722;
constexpr double kLumaScale = 219.0 / 255.0 * 32768.0;
constexpr double kChromaScale = 224.0 / 255.0 * 32768.0;

constexpr int rounded(double x) {
    return static_cast<int>(x < 0 ? x - 0.5 : x + 0.5);
}

// The luma weights add up to 219/255 and the chroma weights to 0, so that white is exactly 235 and
// grey exactly 128.
constexpr int kYSum = rounded(kLumaScale);
constexpr int kYr = rounded(kRed * kLumaScale);
constexpr int kYb = rounded(kBlue * kLumaScale);
constexpr int kYg = kYSum - kYr - kYb;
constexpr int kUb = rounded(0.5 * kChromaScale);
constexpr int kUr = rounded(-0.5 * kRed / (1.0 - kBlue) * kChromaScale);
constexpr int kUg = -kUb - kUr;
constexpr int kVr = kUb;
constexpr int kVb = rounded(-0.5 * kBlue / (1.0 - kRed) * kChromaScale);
constexpr int kVg = -kVr - kVb;
constexpr int kLumaOffset = (16 << 15) + (1 << 14);
constexpr int kChromaOffset = (128 << 17) + (1 << 16);

/// Luma of a pixel with colours in 0..255.
VASA_HOST_DEVICE inline std::uint8_t luma(int red, int green, int blue) {
    return static_cast<std::uint8_t>((kYr * red + kYg * green + kYb * blue + kLumaOffset) >> 15);
}

/// Chroma of 2×2 pixels from the sums of their colours.
VASA_HOST_DEVICE inline std::uint8_t chroma_u(int red4, int green4, int blue4) {
    return static_cast<std::uint8_t>((kUr * red4 + kUg * green4 + kUb * blue4 + kChromaOffset) >>
                                     17);
}
VASA_HOST_DEVICE inline std::uint8_t chroma_v(int red4, int green4, int blue4) {
    return static_cast<std::uint8_t>((kVr * red4 + kVg * green4 + kVb * blue4 + kChromaOffset) >>
                                     17);
}

}  // namespace vasa::core::bt709
