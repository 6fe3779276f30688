// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/safetensors.h"

#include <cstdint>
#include <cstring>

namespace vasa::core {
namespace {

std::uint32_t bits_of(float value) {
    std::uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}

float float_of(std::uint32_t bits) {
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

/// x / 2^shift, rounded to nearest, ties to even.
std::uint32_t shift_right_rounded(std::uint32_t x, unsigned shift) {
    const std::uint32_t result = x >> shift;
    const std::uint32_t rest = x & ((1u << shift) - 1);
    const std::uint32_t half = 1u << (shift - 1);
    return result + (rest > half || (rest == half && (result & 1)) ? 1 : 0);
}

}  // namespace

float half_to_float(std::uint16_t half) {
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
    const std::uint32_t exponent = (half >> 10) & 0x1fu;
    const std::uint32_t mantissa = half & 0x3ffu;
    if (exponent == 0x1f) {
        return float_of(sign | 0x7f800000u | mantissa << 13);
    }
    if (exponent == 0) {
        const float magnitude = static_cast<float>(mantissa) * 0x1.0p-24f;
        return float_of(sign | bits_of(magnitude));
    }
    return float_of(sign | (exponent + 112) << 23 | mantissa << 13);
}

std::uint16_t float_to_half(float value) {
    const std::uint32_t bits = bits_of(value);
    const std::uint32_t sign = bits >> 16 & 0x8000u;
    const std::uint32_t magnitude = bits & 0x7fffffffu;
    std::uint32_t half;
    if (magnitude > 0x7f800000u) {
        half = 0x7e00u | (magnitude >> 13 & 0x1ffu);  // NaN stays NaN
    } else if (magnitude >= 0x47800000u) {            // 2^16 and above
        half = 0x7c00u;
    } else if (magnitude >= 0x38800000u) {  // 2^-14: the smallest normal half
        // A carry out of the mantissa correctly goes into the exponent, up to infinity.
        half = shift_right_rounded(magnitude - 0x38000000u, 13);
    } else if (magnitude < 0x33000000u) {  // below half of the smallest half
        half = 0;
    } else {
        const unsigned shift = 126 - (magnitude >> 23);
        half = shift_right_rounded((magnitude & 0x7fffffu) | 0x800000u, shift);
    }
    return static_cast<std::uint16_t>(sign | half);
}

}  // namespace vasa::core
