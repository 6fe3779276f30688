// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/yuv420.h"

#include "vasa/core/bt709.h"
#include "vasa/core/error.h"
#include "vasa/core/vector_clones.h"

#include <cstddef>
#include <string>
#include <vector>

namespace vasa::core {
namespace {

/// One row of luma; also writes the row's planes of 16-bit red, green and blue.
VASA_VECTOR_CLONES void luma_row(const std::uint8_t* rgb,
                                 int width,
                                 std::uint8_t* y,
                                 std::int16_t* planes) {
    std::int16_t* __restrict red = planes;
    std::int16_t* __restrict green = planes + width;
    std::int16_t* __restrict blue = planes + 2 * width;
    for (int x = 0; x < width; ++x) {
        red[x] = rgb[3 * x];
        green[x] = rgb[3 * x + 1];
        blue[x] = rgb[3 * x + 2];
    }
    std::uint8_t* __restrict out = y;
    for (int x = 0; x < width; ++x) {
        out[x] = bt709::luma(red[x], green[x], blue[x]);
    }
}

/// One row of both chroma planes from the colour planes of two rows.
VASA_VECTOR_CLONES void chroma_row(const std::int16_t* top,
                                   const std::int16_t* bottom,
                                   int width,
                                   std::uint8_t* u,
                                   std::uint8_t* v) {
    const auto sum4 = [&](int plane, int x) {
        const int at = plane * width + 2 * x;
        return static_cast<std::int16_t>(top[at] + top[at + 1] + bottom[at] + bottom[at + 1]);
    };
    std::uint8_t* __restrict out_u = u;
    std::uint8_t* __restrict out_v = v;
    for (int x = 0; x < width / 2; ++x) {
        const std::int16_t red = sum4(0, x);
        const std::int16_t green = sum4(1, x);
        const std::int16_t blue = sum4(2, x);
        out_u[x] = bt709::chroma_u(red, green, blue);
        out_v[x] = bt709::chroma_v(red, green, blue);
    }
}

}  // namespace

void rgb_to_yuv420(const ImageU8& rgb, std::vector<std::uint8_t>& yuv) {
    if (rgb.channels != 3 || rgb.empty() || rgb.width % 2 != 0 || rgb.height % 2 != 0) {
        throw Error(ErrorKind::Internal,
                    "frame of " + std::to_string(rgb.width) + "x" + std::to_string(rgb.height) +
                        "x" + std::to_string(rgb.channels) +
                        ": expected 3 channels and even sizes");
    }
    const auto width = static_cast<std::size_t>(rgb.width);
    const auto height = static_cast<std::size_t>(rgb.height);
    yuv.resize(width * height / 2 * 3);
    std::vector<std::int16_t> planes(6 * width);
    std::uint8_t* y = yuv.data();
    std::uint8_t* u = y + width * height;
    std::uint8_t* v = u + width * height / 4;
    for (int row = 0; row < rgb.height; row += 2) {
        luma_row(rgb.row(row), rgb.width, y, planes.data());
        luma_row(rgb.row(row + 1), rgb.width, y + width, planes.data() + 3 * width);
        chroma_row(planes.data(), planes.data() + 3 * width, rgb.width, u, v);
        y += 2 * width;
        u += width / 2;
        v += width / 2;
    }
}

}  // namespace vasa::core
