// SPDX-License-Identifier: Apache-2.0
// Texture fetches of the frame loop, for both CPU and GPU.
#pragma once

#include "vasa/core/host_device.h"
#include "vasa/core/smoothstep.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

// Intrinsics of the least x86-64 processor: compilers convert bytes one by one.
#if defined(__SSE2__) && !defined(__CUDACC__)
#define VASA_HAS_SSE2
#include <emmintrin.h>
#endif

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

/// Two adjacent pixels.
VASA_HOST_DEVICE inline void load_two_rgba(const std::uint8_t* p, Float4& first, Float4& second) {
#ifdef VASA_HAS_SSE2
    const __m128i zero = _mm_setzero_si128();
    const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
    const __m128i words = _mm_unpacklo_epi8(bytes, zero);
    first = _mm_cvtepi32_ps(_mm_unpacklo_epi16(words, zero));
    second = _mm_cvtepi32_ps(_mm_unpackhi_epi16(words, zero));
#else
    first = load_rgba(p);
    second = load_rgba(p + 4);
#endif
}

/// Writes the first three values, clamped to 0..255 and rounded down.
VASA_HOST_DEVICE inline void store_rgb(const Float4& colour, std::uint8_t* out) {
#ifdef VASA_HAS_SSE2
    const __m128 inside = _mm_min_ps(_mm_max_ps(colour, _mm_setzero_ps()), _mm_set1_ps(255.0F));
    const __m128i words = _mm_packs_epi32(_mm_cvttps_epi32(inside), _mm_setzero_si128());
    const int bytes = _mm_cvtsi128_si32(_mm_packus_epi16(words, words));
    std::memcpy(out, &bytes, 3);
#else
    for (int c = 0; c < 3; ++c) {
        const float v = colour[c] < 0.0F ? 0.0F : colour[c];
        out[c] = static_cast<std::uint8_t>(v > 255.0F ? 255.0F : v);
    }
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

/// Bilinear blend of 2×2 pixels.
/// @param p       the upper left one, of an image `width` pixels wide
/// @param fx, fy  place between them, 0..1
VASA_HOST_DEVICE inline Float4 blend_four(const std::uint8_t* p, int width, float fx, float fy) {
    Float4 top_left, top_right, bottom_left, bottom_right;
    load_two_rgba(p, top_left, top_right);
    load_two_rgba(p + static_cast<std::size_t>(width) * 4, bottom_left, bottom_right);
    const Float4 top = top_left * splat(1 - fx) + top_right * splat(fx);
    const Float4 bottom = bottom_left * splat(1 - fx) + bottom_right * splat(fx);
    return top * splat(1 - fy) + bottom * splat(fy);
}

/// Bilinear sample at continuous pixel coordinates. Beyond the image, its border is repeated.
VASA_HOST_DEVICE inline Float4 sample_rgba(const ImageView& image, float x, float y) {
    x = kernels::smaller(kernels::larger(x - 0.5F, 0.0F), static_cast<float>(image.width) - 1.001F);
    y = kernels::smaller(kernels::larger(y - 0.5F, 0.0F),
                         static_cast<float>(image.height) - 1.001F);
    const int ix = static_cast<int>(x), iy = static_cast<int>(y);
    return blend_four(image.data + (static_cast<std::size_t>(iy) * image.width + ix) * 4,
                      image.width,
                      x - static_cast<float>(ix),
                      y - static_cast<float>(iy));
}

}  // namespace vasa::decode
