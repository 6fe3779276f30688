// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/host_device.h"
#include "vasa/head/part.h"

#include <array>
#include <cstdint>
#include <vector>

namespace vasa::decode {

/// The value of a part in GeometryBuffers and PixelRecord.
VASA_HOST_DEVICE constexpr std::uint8_t part_value(head::Part part) {
    return static_cast<std::uint8_t>(static_cast<int>(part) + 1);
}
/// head::is_mouth_part() of a part_value(), false for 0 (none).
VASA_HOST_DEVICE constexpr bool is_mouth_value(int part) {
    return part > 0 && head::is_mouth_part(static_cast<head::Part>(part - 1));
}
/// head::is_teeth_part() of a part_value(), false for 0 (none).
VASA_HOST_DEVICE constexpr bool is_teeth_value(int part) {
    return part > 0 && head::is_teeth_part(static_cast<head::Part>(part - 1));
}

/// A rectangle of frame pixels.
struct PixelRect {
    int x = 0, y = 0, width = 0, height = 0;

    bool operator==(const PixelRect& o) const {
        return x == o.x && y == o.y && width == o.width && height == o.height;
    }
};

/// What the geometry knows about one pixel besides its colour.
struct PixelGeometry {
    float visibility = 1;  ///< 1 = the portrait saw this point
    float alpha = 0;       ///< matte: 1 = person, 0 = background
    float shading = 0;     ///< light inside the mouth
    std::uint8_t part = 0;
    std::array<float, 3> normal{};   ///< camera space, unit length or 0
    std::array<float, 3> rest_cm{};  ///< the point's position in the head at rest, or 0
};

/// Colour and geometry of one pixel, stored compactly: the input of the frame decoder network, in
/// training and in inference.
struct PixelRecord {
    std::array<std::uint8_t, 3> rgb{};
    std::uint8_t visibility = 0, alpha = 0;   ///< 255 = 1
    std::uint8_t part = 0;                    ///< as in GeometryBuffers
    std::uint8_t shading = 0;                 ///< 127.5 = 1
    std::array<std::int8_t, 3> normal{};      ///< 127 = 1
    std::array<std::int16_t, 3> rest_10um{};  ///< unit: 10 µm
};

PixelRecord make_record(const std::uint8_t* rgb, const PixelGeometry& geometry);

/// A rectangle with pixels to be painted, and enough context around them for the network.
struct DisoccludedPatch {
    PixelRect rect;
    std::vector<PixelRecord> records;  ///< [height · width]
};

}  // namespace vasa::decode
