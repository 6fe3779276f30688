// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/yuv420.h"
#include "vasa/media/video_file.h"

namespace vasa::media {

void rgb_to_yuv420(const core::ImageU8& rgb, Yuv420Frame& out) {
    core::rgb_to_yuv420(rgb, out.data);
    out.width = rgb.width;
    out.height = rgb.height;
}

}  // namespace vasa::media
