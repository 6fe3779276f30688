// SPDX-License-Identifier: Apache-2.0
// The frames that are compared with the images in this folder.
#pragma once

#include "vasa/core/image.h"

#include <string>
#include <vector>

namespace vasa::golden {

constexpr int kGoldenSize_px = 256;

struct GoldenFrame {
    std::string name;     ///< of the PNG, without its extension
    core::ImageU8 image;  ///< [256, 256, 3] a decoded frame at half its resolution
};

/// Seven frames of painted faces (support/painted_face.h): poses, expressions, blink, open mouth
/// and distance, by the geometry alone and by the fast decoder.
/// @param model_dir  folder with the head model and decoder_fast.safetensors
std::vector<GoldenFrame> synthetic_frames(const std::string& model_dir);

/// Path of the photo that Debian's package python-matplotlib-data installs: NASA's public-domain
/// portrait of Grace Hopper. Empty if it is not installed.
std::string example_portrait();

/// Three frames of example_portrait(), which must exist.
std::vector<GoldenFrame> portrait_frames(const std::string& model_dir);

}  // namespace vasa::golden
