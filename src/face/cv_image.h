// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"

#include <opencv2/imgproc.hpp>

namespace vasa::face {

/// The image's own memory as OpenCV sees it; lives no longer than the image.
inline cv::Mat wrap(const core::ImageU8& image) {
    return {image.height,
            image.width,
            CV_8UC(image.channels),
            const_cast<std::uint8_t*>(image.data.data())};
}
inline cv::Mat wrap(const core::ImageF& image) {
    return {
        image.height, image.width, CV_32FC(image.channels), const_cast<float*>(image.data.data())};
}

/// A disc as a structuring element.
inline cv::Mat disc(int size_px) {
    return cv::getStructuringElement(cv::MORPH_ELLIPSE, {size_px, size_px});
}

}  // namespace vasa::face
