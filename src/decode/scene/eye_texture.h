// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/head/face_code.h"

namespace vasa::decode {

/// The visible part of one eyeball completed under the lids: canvas colours inside the lid opening,
/// the iris continued as a disc, the white continued smoothly.
struct EyeTexture {
    core::ImageU8 image;      ///< colours, and 255 where the portrait showed them
    float left = 0, top = 0;  ///< canvas pixel of the image's corner
    float white = 0;  ///< luminance of the brightest white seen, 0..255; 0 if the eye is shut
};

/// @param eye  0 = right (image left), 1 = left
EyeTexture make_eye_texture(const head::FaceCode& code, int eye);

}  // namespace vasa::decode
