// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"

namespace vasa::core {

/// Peak signal-to-noise ratio of two images of the same size, dB; over 100 for equal images.
double psnr(const ImageU8& a, const ImageU8& b);

}  // namespace vasa::core
