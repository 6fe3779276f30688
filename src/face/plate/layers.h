// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "portrait_crop.h"

#include "vasa/core/image.h"

namespace vasa::face {

/// Background without the person, [512, 512, 3]: the crop itself outside the person; behind it and
/// beyond the image's border, inpainting continues the surroundings (exemplar_fill()), with smooth
/// colours deep inside.
/// @param inside  part of the canvas that the image covers
core::ImageU8 make_plate(const core::ImageU8& crop,
                         const core::ImageF& canvas_matte,
                         const CanvasRect& inside);

/// Canvas with the person's own colours and the matte, [1280, 1280, 4]: at soft edges the
/// background is removed, F = (C - (1-a) B) / a, kept near the solid colours beside it.
core::ImageU8 make_foreground(const core::ImageU8& canvas,
                              const core::ImageF& matte,
                              const core::ImageU8& plate);

}  // namespace vasa::face
