// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/media/cv_image.h"

#include <opencv2/imgproc.hpp>

namespace vasa::face {

using media::wrap;

/// A disc as a structuring element.
inline cv::Mat disc(int size_px) {
    return cv::getStructuringElement(cv::MORPH_ELLIPSE, {size_px, size_px});
}

}  // namespace vasa::face
