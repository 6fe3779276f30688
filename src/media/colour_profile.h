// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

namespace vasa::media {

/// What the channels of decoded pixels are.
enum class PixelModel {
    Colour,  ///< grey, BGR or BGRA, by the number of channels
    Cmyk,    ///< inverted as in JPEG: the maximum means no ink
};

/// Pixels of a decoded picture, 8 or 16 bits a channel.
struct DecodedPixels {
    cv::Mat mat;
    PixelModel model = PixelModel::Colour;
};

/// Converts pixels to sRGB, as BGR, or BGRA with unchanged alpha, of the same depth.
///
/// Pixels stay as they are where the profile is that of sRGB.
/// @param profile  an ICC profile
/// @return         empty, or why the profile cannot be used; the pixels are then unchanged
/// Source: ICC.1:2022; the conversion is that of Little CMS, relative colorimetric
/// with black point compensation.
std::string convert_to_srgb(DecodedPixels& pixels, const std::vector<std::uint8_t>& profile);

/// CMYK to BGR without a profile: light passes the four inks one after the other.
void convert_cmyk_without_profile(DecodedPixels& pixels);

}  // namespace vasa::media
