// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "portrait_crop.h"

#include "vasa/core/image.h"

namespace vasa::face {

/// Where the background is smooth, colours tell better than the network what belongs to the person:
/// strands of hair and ear-rings that it missed are added, gaps between strands taken out. Where
/// the background has texture, or the colours of the person's edge, nothing changes.
/// @param canvas  [1280, 1280, 3]
/// @param inside  what the image covers of the canvas
/// @param matte   [1280, 1280, 1] 0..1, changed
void match_colours(const core::ImageU8& canvas, const CanvasRect& inside, core::ImageF& matte);

}  // namespace vasa::face
