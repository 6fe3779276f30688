// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"

namespace vasa::media {

/// Rotates or mirrors an image by an EXIF orientation.
///
/// @param orientation  1–8: 1 as is, 2 mirrored, 3 by 180°, 4 upside down, 5 transposed, 6 by 90°
///                     clockwise, 7 transposed along the other diagonal, 8 by 90°
///                     counter-clockwise; other values leave the image as it is
core::ImageU8 apply_orientation(core::ImageU8 image, int orientation);

/// The EXIF orientation equal to a video's display matrix; 1 if the matrix is not a multiple of a
/// quarter turn.
///
/// @param matrix  3×3 fixed-point (16.16) as in the track header of MP4, rows first
int orientation_of_display_matrix(const int (&matrix)[9]);

}  // namespace vasa::media
