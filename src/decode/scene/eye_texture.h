// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/head/face_code.h"

#include <array>

namespace vasa::decode {

/// How an eyeball is completed. Lengths without a unit are fractions of the eye's width.
struct EyeTextureParams {
    float margin = 0.5F;       ///< beyond the corners: a turned eye shows this much more
    float half_height = 1.0F;  ///< above and below the middle: the lids open no further
    int min_size_px = 8, max_size_px = 600;  ///< of the texture, canvas pixels
    float inset = 0.02F;   ///< inside the lids' edge: lashes and the wet edge are not eyeball
    float edge_px = 2.0F;  ///< canvas pixels over which the portrait fades into the completion

    // Radii are fractions of the iris' radius, which landmarks give to a few percent.
    float min_iris_px = 2.0F;       ///< canvas pixels
    float iris_end = 1.08F;         ///< where the completed iris has faded into the white
    float iris_edge = 0.12F;        ///< width of that fade
    float profile_end = 1.15F;      ///< maximum radius of sampled iris colours
    float white_start = 1.12F;      ///< minimum radius of pixels of the white
    float min_white_weight = 0.9F;  ///< of those: pixels mixed with lids are left out
    int white_percentile = 80;      ///< luminance of the white: reflections are above it
    int min_white_px = 12;          ///< canvas pixels; with fewer, the eye counts as shut
    std::array<float, 3> plain_white = {150, 145, 140};  ///< of a shut eye
};

/// The visible part of one eyeball completed under the lids: canvas colours inside the lid opening,
/// the iris continued as a disc, the white continued smoothly.
struct EyeTexture {
    core::ImageU8 image;      ///< colours, and 255 where the portrait showed them
    float left = 0, top = 0;  ///< canvas pixel of the image's corner
    float white = 0;  ///< luminance of the brightest white seen, 0..255; 0 if the eye is shut
};

/// @param eye  0 = right (image left), 1 = left
EyeTexture make_eye_texture(const head::FaceCode& code,
                            int eye,
                            const EyeTextureParams& params = {});

}  // namespace vasa::decode
