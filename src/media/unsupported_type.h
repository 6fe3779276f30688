// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image_header.h"

#include <string>

namespace vasa::media {

/// True for HEIC and AVIF, by the brands of their first box.
bool is_heif(const ByteView& file);

/// Names the type of a file that is no picture which is read here: "a GIF", "an MP4 video",
/// "unknown type".
std::string name_of_type(const ByteView& file);

}  // namespace vasa::media
