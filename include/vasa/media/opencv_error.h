// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/error.h"

#include <opencv2/core.hpp>

namespace vasa::media {

/// Error kind of an OpenCV exception: Resource if memory ran out, else `otherwise`.
inline core::ErrorKind kind_of(const cv::Exception& error, core::ErrorKind otherwise) {
    return error.code == cv::Error::StsNoMem ? core::ErrorKind::Resource : otherwise;
}

}  // namespace vasa::media
