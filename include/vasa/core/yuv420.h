// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"

#include <cstdint>
#include <vector>

namespace vasa::core {

/// RGB (full range) to BT.709 limited range, chroma as the mean of 2×2 pixels. Even sizes only.
/// @param yuv  luma [height, width], then both chromas [height / 2, width / 2]; resized
void rgb_to_yuv420(const ImageU8& rgb, std::vector<std::uint8_t>& yuv);

}  // namespace vasa::core
