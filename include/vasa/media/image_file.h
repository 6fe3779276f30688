// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"

#include <array>
#include <cstdint>
#include <string>

namespace vasa::media {

struct LoadImageOptions {
    /// Larger images are refused before decoding.
    std::int64_t max_pixels = 100'000'000;
    /// Alpha is composited on this colour (8-bit RGB).
    std::array<std::uint8_t, 3> background = {128, 128, 128};
};

/// Reads a still image as 8-bit sRGB, rotated upright by its EXIF orientation.
///
/// PNG, JPEG (grey, YCC, CMYK), WebP, TIFF (CMYK too), BMP, and HEIC and AVIF if libheif was there
/// when this was built; grey, alpha, 16-bit and palette are converted. Colours are converted from
/// the file's ICC profile, or from the gamma and chromaticities of a PNG, to sRGB. A profile that
/// cannot be used, a JPEG whose pixels are complete but not its end, and damaged pixels in one are
/// logged as warnings.
/// @throws Error(Input) naming the file if it is missing, empty, truncated, of another type, or
///         larger than max_pixels (checked from the header before decoding).
core::ImageU8 load_image(const std::string& path, const LoadImageOptions& options = {});

/// Writes a PNG (1 or 3 channels, RGB order), atomically. @throws Error(Output)
void save_png(const std::string& path, const core::ImageU8& image, bool overwrite);

}  // namespace vasa::media
