// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/decode/condition.h"
#include "vasa/decode/geometry_renderer.h"
#include "vasa/decode/pixel_record.h"

namespace vasa::decode {

/// Records of a rectangle, row by row; pixels beyond the frame repeat its border.
void record_pixels(const core::ImageU8& rgb,
                   const GeometryBuffers& buffers,
                   const PixelRect& rect,
                   PixelRecord* out);

/// Computes the network's input for some records.
///
/// @param source_scale  portrait pixels per frame pixel (FaceCode::source_scale)
/// @param out           [kNumConditions, num_pixels]
void fill_conditions(const PixelRecord* records, int num_pixels, float source_scale, float* out);

/// Marks disoccluded pixels: inside the mouth, on the eyes, and on skin the portrait does not show.
/// 0 or 1 per record.
///
/// @param out  [num_pixels]
void mark_disoccluded(const PixelRecord* records, int num_pixels, float* out);

/// Blend mask of the network: disoccluded pixels and some pixels around them, with a soft border.
///
/// @param disoccluded  [height, width] from mark_disoccluded()
/// @param out   [height, width] 0..1, 1 on disoccluded pixels
void mark_region(const float* disoccluded, int width, int height, float* out);

}  // namespace vasa::decode
