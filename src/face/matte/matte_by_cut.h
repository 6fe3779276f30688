// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "portrait_crop.h"

#include "vasa/core/image.h"

namespace vasa::face {

/// Hats and head-dresses of which the network sees a little everywhere: where its doubt is wide, a
/// cut between the colours of person and background decides, and may add to the person. Without
/// such areas nothing happens, at no cost.
/// Source: Rother et al., GrabCut (2004), as in OpenCV.
/// @param canvas   [1280, 1280, 3]
/// @param inside   what the image covers of the canvas
/// @param below_y  canvas row below which nothing is added: there shoulders are
/// @param matte    [1280, 1280, 1] 0..1, changed
void cut_doubtful_areas(const core::ImageU8& canvas,
                        const CanvasRect& inside,
                        float below_y,
                        core::ImageF& matte);

}  // namespace vasa::face
