// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "portrait_crop.h"

#include "vasa/core/image.h"

namespace vasa::face {

/// Background with the person painted out, [512, 512, 3]: the crop itself off the person; behind it
/// and beyond the image's border what is beside it goes on (exemplar_fill()), deep inside as smooth
/// colours.
/// @param inside  what the image covers of the canvas
core::ImageU8 make_plate(const core::ImageU8& crop,
                         const core::ImageF& canvas_matte,
                         const CanvasRect& inside);

/// Canvas with the person's own colours and the matte, [1280, 1280, 4]: at soft edges the
/// background is taken out, F = (C - (1-a) B) / a, held near the solid colours next to it.
core::ImageU8 make_foreground(const core::ImageU8& canvas,
                              const core::ImageF& matte,
                              const core::ImageU8& plate);

}  // namespace vasa::face
