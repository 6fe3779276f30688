// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/decode/pixel_record.h"

#include <array>
#include <cstdint>

namespace vasa::pairs {

/// Marks where a picture shows what the geometry says of the inside of a mouth.
///
/// The fit explains some smiles by an open jaw, so that the geometry has tongue and lining where
/// the picture shows teeth, and some open mouths by teeth where it shows none. What is learned or
/// measured there is wrong.
///
/// @param records  [num_pixels] of the geometry
/// @param picture  [num_pixels] RGB of what it stands for
/// @param out      [num_pixels] 0 on such pixels, else 1
void mark_agreement(const decode::PixelRecord* records,
                    const std::array<std::uint8_t, 3>* picture,
                    int num_pixels,
                    std::uint8_t* out);

}  // namespace vasa::pairs
