// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "colour_profile.h"

#include <cstdint>
#include <vector>

namespace vasa::media {

/// Reads the inks of a CMYK TIFF, in strips or tiles, together or one after the other; OpenCV would
/// convert them without the file's profile.
/// @return  8 or 16 bits; empty if the file is damaged or of another depth
DecodedPixels read_cmyk_tiff(const std::vector<std::uint8_t>& bytes);

}  // namespace vasa::media
