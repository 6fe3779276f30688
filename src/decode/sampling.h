// SPDX-License-Identifier: Apache-2.0
// Texture fetches of the frame loop, on small vectors the compiler maps to SIMD registers.
#pragma once

#include "vasa/core/image.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace vasa::decode {

/// Four floats in one register: RGBA, 0..255.
using Float4 = float __attribute__((vector_size(16)));

inline Float4 splat(float v) {
    return Float4{v, v, v, v};
}

/// Of red, green and blue.
inline float luminance(const float* rgb) {
    return 0.299F * rgb[0] + 0.587F * rgb[1] + 0.114F * rgb[2];
}

inline Float4 load_rgba(const std::uint8_t* p) {
    using Byte4 = std::uint8_t __attribute__((vector_size(4)));
    Byte4 bytes;
    std::memcpy(&bytes, p, 4);
    return __builtin_convertvector(bytes, Float4);
}

/// Bilinear sample of an RGBA image at continuous pixel coordinates, border continued.
inline Float4 sample_rgba(const core::ImageU8& image, float x, float y) {
    x = std::min(std::max(x - 0.5F, 0.0F), static_cast<float>(image.width) - 1.001F);
    y = std::min(std::max(y - 0.5F, 0.0F), static_cast<float>(image.height) - 1.001F);
    const int ix = static_cast<int>(x), iy = static_cast<int>(y);
    const float fx = x - static_cast<float>(ix), fy = y - static_cast<float>(iy);
    const std::uint8_t* p =
        image.data.data() + (static_cast<std::size_t>(iy) * image.width + ix) * 4;
    const std::uint8_t* q = p + static_cast<std::size_t>(image.width) * 4;
    const Float4 top = load_rgba(p) * splat(1 - fx) + load_rgba(p + 4) * splat(fx);
    const Float4 bottom = load_rgba(q) * splat(1 - fx) + load_rgba(q + 4) * splat(fx);
    return top * splat(1 - fy) + bottom * splat(fy);
}

}  // namespace vasa::decode
