// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vasa::core {

/// A dense raster, rows from top to bottom, channels interleaved (three channels: RGB order).
///
/// Coordinates are continuous: x right, y down, origin at the corner of the first pixel, so that
/// the centre of pixel (column i, row j) is (i + 0.5, j + 0.5).
template <typename T>
struct Image {
    int width = 0;
    int height = 0;
    int channels = 0;
    std::vector<T> data;

    Image() = default;
    Image(int num_columns, int num_rows, int num_channels, T fill = T{})
        : width(num_columns),
          height(num_rows),
          channels(num_channels),
          data(static_cast<std::size_t>(num_columns) * static_cast<std::size_t>(num_rows) *
                   static_cast<std::size_t>(num_channels),
               fill) {}

    bool empty() const { return data.empty(); }
    T* row(int y) { return data.data() + static_cast<std::ptrdiff_t>(y) * width * channels; }
    const T* row(int y) const {
        return data.data() + static_cast<std::ptrdiff_t>(y) * width * channels;
    }
    T* at(int x, int y) { return row(y) + static_cast<std::ptrdiff_t>(x) * channels; }
    const T* at(int x, int y) const { return row(y) + static_cast<std::ptrdiff_t>(x) * channels; }
};

using ImageU8 = Image<std::uint8_t>;
using ImageF = Image<float>;

}  // namespace vasa::core
