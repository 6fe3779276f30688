// SPDX-License-Identifier: Apache-2.0
// Images as OpenCV sees them, for the modules that use it.
#pragma once

#include "vasa/core/image.h"

#include <opencv2/core.hpp>

namespace vasa::media {

/// The image's own memory as OpenCV sees it; lives no longer than the image. OpenCV has no view
/// that cannot be written to: a const image must only be read through it.
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

}  // namespace vasa::media
