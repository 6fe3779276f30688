// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "colour_profile.h"
#include "image_header.h"

#include <cstdint>
#include <vector>

namespace vasa::media {

/// True if the program was built with libheif, which reads HEIC and AVIF.
bool reads_heif();

/// Size, as shown, and profile of the main picture of a HEIC or AVIF file.
/// @throws Error(Input) with the cause only.
ImageHeader read_heif_header(const std::vector<std::uint8_t>& bytes);

/// The main picture, turned upright by libheif; BGR or BGRA, 8 bits, plain alpha.
/// @throws Error(Input) with the cause only.
DecodedPixels decode_heif(const std::vector<std::uint8_t>& bytes);

}  // namespace vasa::media
