// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/geometry.h"
#include "vasa/core/image.h"
#include "vasa/vision/face_landmarker.h"

#include <vector>

namespace vasa::face {

/// Canvas pixels x0 <= x < x1, y0 <= y < y1.
struct CanvasRect {
    int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
};

/// Where a face is cut out of a portrait.
struct PortraitCrop {
    core::Affine2 crop_from_image;  ///< image pixels to crop pixels (512 × 512)
    double image_px_per_crop_px = 1;
    CanvasRect inside;  ///< part of the canvas that the image covers; the rest is made up
};

/// Square around the whole head with some shoulder, like FFHQ crops but upright with the image:
/// turned by quarter turns only, so that no corners are empty. Stays inside the image where it can:
/// it shifts, then shrinks, down to a part of the face.
PortraitCrop choose_crop(const core::ImageU8& image, const vision::FaceLandmarks& landmarks);

/// One crop for a moving face: around the union of its places, turned as the first is.
/// @param places  at least one
PortraitCrop choose_crop(const core::ImageU8& image,
                         const std::vector<vision::FaceLandmarks>& places);

/// The crop at twice its size with a margin, [1280, 1280, 3]; outside the image its border is
/// continued, increasingly blurred.
core::ImageU8 cut_canvas(const core::ImageU8& image, const PortraitCrop& crop);

/// The inner part of the canvas at half its size (mean of 2×2 pixels), [512, 512, 3].
core::ImageU8 crop_from_canvas(const core::ImageU8& canvas);

}  // namespace vasa::face
