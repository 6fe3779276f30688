// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

namespace vasa::marks {

/// A square of complex numbers, `size` × `size`, rows from top to bottom.
struct ComplexPlane {
    std::size_t size = 0;  ///< a power of two
    std::vector<float> real, imaginary;

    explicit ComplexPlane(std::size_t num_rows)
        : size(num_rows), real(num_rows * num_rows), imaginary(num_rows * num_rows) {}
};

/// Two-dimensional discrete Fourier transform in place, without a factor.
/// Source: Cooley and Tukey, An algorithm for the machine calculation of complex Fourier series
/// (1965); rows are the elements of the transform, so that the inner loop runs along memory.
void transform(ComplexPlane& plane);
/// Its inverse, divided by the number of elements.
void inverse_transform(ComplexPlane& plane);

/// Frequency of a row or column of a transform, cycles per pixel, -0.5 to 0.5.
inline float frequency_of(std::size_t index, std::size_t size) {
    const auto place = static_cast<float>(index);
    const auto length = static_cast<float>(size);
    return index < size / 2 ? place / length : place / length - 1.0F;
}

}  // namespace vasa::marks
