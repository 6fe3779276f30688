// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image_header.h"

#include <cstdint>
#include <vector>

namespace vasa::media {

/// What an EXIF block says about a picture.
struct ExifFacts {
    int orientation = 1;  ///< 1–8
    /// The pixels are Adobe RGB: DCF's option for cameras that write no ICC profile.
    bool is_adobe_rgb = false;
};

/// Reads an EXIF block, with or without its name in front; a damaged one says nothing.
/// Source: CIPA DC-008 (EXIF 2.32), 4.6; CIPA DC-009 (DCF 2.0), 4.6 for Adobe RGB.
ExifFacts read_exif(ByteView exif);

/// ICC profile of Adobe RGB (1998).
std::vector<std::uint8_t> adobe_rgb_profile();

}  // namespace vasa::media
