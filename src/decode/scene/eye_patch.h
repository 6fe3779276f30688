// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/geometry.h"
#include "vasa/head/face_code.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace vasa::decode {

/// A rectangle of the canvas around an eye: red, green, blue (0..255), and how much of the eyeball
/// the portrait shows there (0..1).
struct EyePatch {
    using Pixel = std::array<float, 4>;

    int width = 0, height = 0;
    std::vector<Pixel> pixels;

    EyePatch() = default;
    EyePatch(int w, int h) : width(w), height(h), pixels(static_cast<std::size_t>(w) * h) {}
    Pixel& at(int x, int y) { return pixels[static_cast<std::size_t>(y) * width + x]; }
    const Pixel& at(int x, int y) const { return pixels[static_cast<std::size_t>(y) * width + x]; }
};

/// An iris in a patch or in the canvas, pixels.
struct IrisDisc {
    core::Vec2f center;
    float radius = 0;

    /// Distance of a pixel's middle from the centre, in radii.
    float radii(int x, int y) const {
        return std::hypot(static_cast<float>(x) + 0.5F - center.x,
                          static_cast<float>(y) + 0.5F - center.y) /
               radius;
    }
};

}  // namespace vasa::decode
