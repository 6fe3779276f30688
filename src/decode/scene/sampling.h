// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/texture.h"

#include "vasa/core/colour.h"
#include "vasa/core/image.h"

namespace vasa::decode {

using core::luminance;

/// @param image  [h, w, 4], must outlive the view
inline ImageView view_of(const core::ImageU8& image) {
    return {image.data.data(), image.width, image.height};
}

/// Bilinear sample of an RGBA image at continuous pixel coordinates; its border is repeated.
inline Float4 sample_rgba(const core::ImageU8& image, float x, float y) {
    return sample_rgba(view_of(image), x, y);
}

}  // namespace vasa::decode
