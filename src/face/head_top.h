// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "portrait_crop.h"

#include "vasa/core/image.h"
#include "vasa/head/landmarks.h"

namespace vasa::face {

/// Where the image's upper border cuts the head off, adds a cap as wide as the cut, in the colours
/// beside the cut; it is seen when the head moves down. Without a cut nothing changes.
/// @param canvas  [1280, 1280, 3]
/// @param matte   [1280, 1280, 1] person matte of the canvas
/// @param inside  part of the canvas that the image covers
void complete_head_top(core::ImageU8& canvas,
                       core::ImageF& matte,
                       const CanvasRect& inside,
                       const head::Landmarks& crop_landmarks);

}  // namespace vasa::face
