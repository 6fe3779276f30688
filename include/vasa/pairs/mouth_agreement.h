// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/decode/pixel_record.h"

#include <array>
#include <cstdint>

namespace vasa::pairs {

/// Marks the pixels where geometry and picture agree on the inside of a mouth.
///
/// The fit explains some smiles by an open jaw: the geometry then has tongue and lining where the
/// picture shows teeth. For some open mouths it has teeth where the picture shows none. Training
/// and measurements on such pixels are wrong.
///
/// @param records  [num_pixels] of the geometry
/// @param picture  [num_pixels] RGB of the picture that the geometry models
/// @param out      [num_pixels] 0 where they disagree, else 1
void mark_agreement(const decode::PixelRecord* records,
                    const std::array<std::uint8_t, 3>* picture,
                    int num_pixels,
                    std::uint8_t* out);

}  // namespace vasa::pairs
