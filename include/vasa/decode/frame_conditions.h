// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/decode/condition.h"
#include "vasa/decode/geometry_renderer.h"
#include "vasa/decode/pixel_record.h"

namespace vasa::decode {

/// Records of a rectangle, row by row; what lies beyond the frame repeats its border.
void record_pixels(const core::ImageU8& rgb,
                   const GeometryBuffers& buffers,
                   const PixelRect& rect,
                   PixelRecord* out);

/// The network's input for some records.
///
/// @param source_scale  portrait pixels per frame pixel (FaceCode::source_scale)
/// @param out           [kNumConditions, num_pixels]
void fill_conditions(const PixelRecord* records, int num_pixels, float source_scale, float* out);

/// What the geometry could not know: inside the mouth, on the eyes, and on skin the portrait did
/// not see. 0 or 1 a record.
///
/// @param out  [num_pixels]
void mark_disoccluded(const PixelRecord* records, int num_pixels, float* out);

/// Where the network may paint: what is disoccluded and some pixels around it, with a soft border.
///
/// @param disoccluded  [height, width] from mark_disoccluded()
/// @param out   [height, width] 0..1, 1 on what is disoccluded
void mark_region(const float* disoccluded, int width, int height, float* out);

}  // namespace vasa::decode
