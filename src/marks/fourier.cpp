// SPDX-License-Identifier: Apache-2.0
#include "fourier.h"

#include "vasa/core/vector_clones.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace vasa::marks {
namespace {

constexpr double kTau = 6.283185307179586;

/// Rows a and b become a + w b and a - w b.
VASA_VECTOR_CLONES void butterfly(float* __restrict a_real,
                                  float* __restrict a_imaginary,
                                  float* __restrict b_real,
                                  float* __restrict b_imaginary,
                                  float w_real,
                                  float w_imaginary,
                                  std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
        const float real = w_real * b_real[i] - w_imaginary * b_imaginary[i];
        const float imaginary = w_real * b_imaginary[i] + w_imaginary * b_real[i];
        b_real[i] = a_real[i] - real;
        b_imaginary[i] = a_imaginary[i] - imaginary;
        a_real[i] += real;
        a_imaginary[i] += imaginary;
    }
}

/// Puts every row to the place that its index has with reversed bits.
void reverse_rows(ComplexPlane& plane) {
    const std::size_t size = plane.size;
    for (std::size_t row = 0, reversed = 0; row < size; ++row) {
        if (row < reversed) {
            const auto swap_rows = [&](std::vector<float>& values) {
                float* const a = values.data() + row * size;
                std::swap_ranges(a, a + size, values.data() + reversed * size);
            };
            swap_rows(plane.real);
            swap_rows(plane.imaginary);
        }
        std::size_t bit = size / 2;
        for (; bit > 0 && (reversed & bit) != 0; bit /= 2) {
            reversed ^= bit;
        }
        reversed |= bit;
    }
}

void transform_columns(ComplexPlane& plane) {
    reverse_rows(plane);
    const std::size_t size = plane.size;
    for (std::size_t half = 1; half < size; half *= 2) {
        for (std::size_t k = 0; k < half; ++k) {
            const double angle = -kTau * static_cast<double>(k) / static_cast<double>(2 * half);
            const auto w_real = static_cast<float>(std::cos(angle));
            const auto w_imaginary = static_cast<float>(std::sin(angle));
            for (std::size_t first = k; first < size; first += 2 * half) {
                const std::size_t a = first * size, b = (first + half) * size;
                butterfly(plane.real.data() + a,
                          plane.imaginary.data() + a,
                          plane.real.data() + b,
                          plane.imaginary.data() + b,
                          w_real,
                          w_imaginary,
                          size);
            }
        }
    }
}

void transpose(std::vector<float>& values, std::size_t size) {
    constexpr std::size_t kBlock = 16;  // both blocks of floats fit the first cache
    for (std::size_t top = 0; top < size; top += kBlock) {
        for (std::size_t left = 0; left <= top; left += kBlock) {
            const std::size_t bottom = std::min(top + kBlock, size);
            for (std::size_t y = top; y < bottom; ++y) {
                const std::size_t right = std::min(left + kBlock, y);
                for (std::size_t x = left; x < right; ++x) {
                    std::swap(values[y * size + x], values[x * size + y]);
                }
            }
        }
    }
}

}  // namespace

void transform(ComplexPlane& plane) {
    for (int axis = 0; axis < 2; ++axis) {
        transform_columns(plane);
        transpose(plane.real, plane.size);
        transpose(plane.imaginary, plane.size);
    }
}

void inverse_transform(ComplexPlane& plane) {
    // Exchanging real and imaginary parts before and after makes the transform its inverse.
    std::swap(plane.real, plane.imaginary);
    transform(plane);
    std::swap(plane.real, plane.imaginary);
    const float factor = 1.0F / static_cast<float>(plane.real.size());
    for (std::size_t i = 0; i < plane.real.size(); ++i) {
        plane.real[i] *= factor;
        plane.imaginary[i] *= factor;
    }
}

}  // namespace vasa::marks
