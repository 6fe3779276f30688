// SPDX-License-Identifier: Apache-2.0
// Images as OpenCV matrices, for the modules that use OpenCV.
#pragma once

#include "vasa/core/image.h"

#include <opencv2/core.hpp>

namespace vasa::media {

/// A view of the image's memory for OpenCV; it must not outlive the image. OpenCV has no read-only
/// view: callers must not write to a const image through it.
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
