// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "network.h"

#include "vasa/core/geometry.h"
#include "vasa/core/image.h"

#include <opencv2/core.hpp>

namespace vasa::vision {

/// The image as a cv::Mat of the same memory (valid while the image exists; read-only).
/// @throws Error(Input) if the image is empty, not RGB, or its data does not match its size.
cv::Mat view_as_mat(const core::ImageU8& rgb);

/// A crop and the map from its continuous pixel coordinates to the image's.
struct Sampled {
    cv::Mat rgb;  ///< n × n, 8 bit, 3 channels
    core::Affine2 image_from_sampled;
};

/// Scales the image to fit an n × n square, aspect ratio kept, centred, borders zero. Shrinks by
/// area first, so that large images do not alias.
Sampled letterbox(const cv::Mat& rgb, int n);

/// A square region of the image.
struct Square {
    double cx = 0, cy = 0;  ///< centre, pixels
    double side = 0;        ///< pixels, > 0
    double angle_rad = 0;   ///< clockwise in the image
};

/// Crops a turned square and scales it to n × n, bilinear; a larger square is first shrunk by
/// area.
/// @param border  cv::BORDER_REPLICATE or cv::BORDER_CONSTANT (zero)
Sampled sample_square(const cv::Mat& rgb, const Square& square, int n, int border);

/// The image as a network's input [1, 3, h, w]: value × scale + offset.
Blob rgb_blob(const cv::Mat& rgb, float scale, float offset);

}  // namespace vasa::vision
