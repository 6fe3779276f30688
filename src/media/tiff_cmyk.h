// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "colour_profile.h"

#include <cstdint>
#include <vector>

namespace vasa::media {

/// Reads the inks of a CMYK TIFF; OpenCV would convert them without the file's profile.
/// @return  8 or 16 bits; empty if the file is stored in a way that is not read here (tiles, planes
///          of their own, other depths)
DecodedPixels read_cmyk_tiff(const std::vector<std::uint8_t>& bytes);

}  // namespace vasa::media
