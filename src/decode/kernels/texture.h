// SPDX-License-Identifier: Apache-2.0
// Texture fetches of the frame loop, for both CPU and GPU.
#pragma once

#include "vasa/core/host_device.h"
#include "vasa/core/smoothstep.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace vasa::decode {

/// Four floats: RGBA, 0..255.
#ifdef __CUDACC__
struct Float4 {
    float value[4];

    VASA_HOST_DEVICE float& operator[](int i) { return value[i]; }
    VASA_HOST_DEVICE float operator[](int i) const { return value[i]; }
};
VASA_HOST_DEVICE inline Float4 operator+(const Float4& a, const Float4& b) {
    return {{a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]}};
}
VASA_HOST_DEVICE inline Float4 operator*(const Float4& a, const Float4& b) {
    return {{a[0] * b[0], a[1] * b[1], a[2] * b[2], a[3] * b[3]}};
}
#else
// In one register, which the compiler maps to SIMD.
using Float4 = float __attribute__((vector_size(16)));
#endif

VASA_HOST_DEVICE inline Float4 splat(float v) {
    return Float4{v, v, v, v};
}

VASA_HOST_DEVICE inline Float4 load_rgba(const std::uint8_t* p) {
#ifdef __CUDACC__
    std::uint32_t word;
    memcpy(&word, __builtin_assume_aligned(p, 4), 4);
    return {{static_cast<float>(word & 255U),
             static_cast<float>(word >> 8U & 255U),
             static_cast<float>(word >> 16U & 255U),
             static_cast<float>(word >> 24U)}};
#else
    using Byte4 = std::uint8_t __attribute__((vector_size(4)));
    Byte4 bytes;
    std::memcpy(&bytes, p, 4);
    return __builtin_convertvector(bytes, Float4);
#endif
}

/// An RGBA image, 2×2 pixels or more.
struct ImageView {
    const std::uint8_t* data = nullptr;
    int width = 0, height = 0;
};

namespace kernels {

VASA_HOST_DEVICE inline float smaller(float a, float b) {
    return b < a ? b : a;
}
VASA_HOST_DEVICE inline float larger(float a, float b) {
    return a < b ? b : a;
}
VASA_HOST_DEVICE inline float clamped(float v, float low, float high) {
    return v < low ? low : (high < v ? high : v);
}

using core::smoothstep;

}  // namespace kernels

/// Bilinear sample at continuous pixel coordinates. Beyond the image, its border is repeated.
VASA_HOST_DEVICE inline Float4 sample_rgba(const ImageView& image, float x, float y) {
    x = kernels::smaller(kernels::larger(x - 0.5F, 0.0F), static_cast<float>(image.width) - 1.001F);
    y = kernels::smaller(kernels::larger(y - 0.5F, 0.0F),
                         static_cast<float>(image.height) - 1.001F);
    const int ix = static_cast<int>(x), iy = static_cast<int>(y);
    const float fx = x - static_cast<float>(ix), fy = y - static_cast<float>(iy);
    const std::uint8_t* p = image.data + (static_cast<std::size_t>(iy) * image.width + ix) * 4;
    const std::uint8_t* q = p + static_cast<std::size_t>(image.width) * 4;
    const Float4 top = load_rgba(p) * splat(1 - fx) + load_rgba(p + 4) * splat(fx);
    const Float4 bottom = load_rgba(q) * splat(1 - fx) + load_rgba(q + 4) * splat(fx);
    return top * splat(1 - fy) + bottom * splat(fy);
}

}  // namespace vasa::decode
