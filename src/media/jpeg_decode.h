// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "colour_profile.h"
#include "image_header.h"

#include <cstdint>
#include <string>
#include <vector>

namespace vasa::media {

struct DecodedJpeg {
    DecodedPixels pixels;  ///< grey, BGR or CMYK, 8 bits
    std::string damage;    ///< libjpeg's first complaint about the coded pixels, empty without
};

/// Decodes all rows of a JPEG. CMYK stays CMYK: its profile may be needed.
///
/// @param header   what read_image_header() found; without an end marker every row must be there
///                 nevertheless
/// @throws Error(Input) with the cause only, if the file cannot be decoded, or lacks its end marker
///         and some rows ("truncated ...").
DecodedJpeg decode_jpeg(const std::vector<std::uint8_t>& bytes, const ImageHeader& header);

}  // namespace vasa::media
