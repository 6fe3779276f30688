// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"

namespace vasa::eval {

// For images of equal size and 3 channels, 0–255.

/// Mean absolute difference of one pixel's channels.
double difference(const core::ImageU8& a, const core::ImageU8& b, int x, int y);

/// Mean absolute difference between a pixel and its right and lower neighbours; x, y not in the
/// last column or row.
double gradient(const core::ImageU8& image, int x, int y);

/// Mean absolute difference of the two images' gradients at a pixel.
double gradient_difference(const core::ImageU8& a, const core::ImageU8& b, int x, int y);

}  // namespace vasa::eval
