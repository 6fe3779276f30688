// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/decode/geometry_renderer.h"

#include <array>

namespace vasa::decode {

/// Channels of the frame decoder network's input, in this order.
enum class Condition : int {
    Red = 0,  ///< the geometry's colours, -0.5..0.5
    Green,
    Blue,
    Visibility,  ///< 1 = the portrait saw this point
    Alpha,       ///< person over background
    Skin,        ///< 1 on the part of that name
    MouthLining,
    Gums,
    Tongue,
    TeethUpper,
    TeethLower,
    Eye,
    Card,
    NormalX,
    NormalY,
    NormalZ,
    Shading,  ///< light inside the mouth
    RestX,    ///< where the point lies in the head at rest, unit: 8 cm
    RestY,
    RestZ,
    ToothSine,  ///< inside the mouth, a wave along x as long as two teeth: it goes with them
    ToothCosine,
    SourceScale,  ///< log2 of the portrait's pixels per frame pixel
};
constexpr int kNumConditions = static_cast<int>(Condition::SourceScale) + 1;

/// A rectangle of frame pixels.
struct PixelRect {
    int x = 0, y = 0, width = 0, height = 0;

    bool is_empty() const { return width <= 0 || height <= 0; }
};

/// What the network is told about one pixel, stored compactly: training pairs are made of these.
struct PixelRecord {
    std::array<std::uint8_t, 3> rgb{};
    std::uint8_t visibility = 0, alpha = 0, part = 0, shading = 0;
    std::array<std::int8_t, 3> normal{};    ///< 127 = 1
    std::array<std::int16_t, 3> rest_10um{};  ///< unit: 10 µm
};

/// Records of a rectangle, row by row; what lies beyond the frame repeats its border.
void record_pixels(const core::ImageU8& rgb,
                   const GeometryBuffers& buffers,
                   const PixelRect& rect,
                   PixelRecord* out);

/// The network's input for some records.
///
/// @param source_scale  portrait pixels per frame pixel (FaceCode::source_scale)
/// @param out           [kNumConditions, num_pixels]
void fill_conditions(const PixelRecord* records, int num_pixels, float source_scale, float* out);

/// Where the network may paint: inside the mouth, on the eyes, and on skin the portrait did not
/// see. 0 or 1 a record; the network widens and softens it.
///
/// @param out  [num_pixels]
void mark_lost(const PixelRecord* records, int num_pixels, float* out);

}  // namespace vasa::decode
