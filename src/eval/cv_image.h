// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"

#include <opencv2/core.hpp>

namespace vasa::eval {

/// The image's own memory as OpenCV sees it; lives no longer than the image.
inline cv::Mat wrap(const core::ImageU8& image) {
    // OpenCV does not write to what it reads.
    return {image.height,
            image.width,
            CV_8UC(image.channels),
            const_cast<std::uint8_t*>(image.data.data())};
}

}  // namespace vasa::eval
