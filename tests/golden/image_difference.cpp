// SPDX-License-Identifier: Apache-2.0
#include "image_difference.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace vasa::golden {

std::string ImageDifference::to_string() const {
    char text[160];
    std::snprintf(text,
                  sizeof(text),
                  "%.3f %% of pixels over the warning's difference, %.3f %% over the failure's, "
                  "at most %d at (%d, %d)",
                  100 * warn_fraction,
                  100 * fail_fraction,
                  max,
                  max_x,
                  max_y);
    return text;
}

ImageDifference compare_images(const core::ImageU8& image,
                               const core::ImageU8& golden,
                               const DifferenceLimits& limits) {
    ImageDifference out;
    if (image.width != golden.width || image.height != golden.height ||
        image.channels != golden.channels) {
        out.verdict = Verdict::Failure;
        out.warn_fraction = out.fail_fraction = 1;
        out.max = 255;
        return out;
    }
    int num_warn = 0, num_fail = 0;
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            int difference = 0;
            for (int c = 0; c < image.channels; ++c) {
                difference = std::max(difference, std::abs(image.at(x, y)[c] - golden.at(x, y)[c]));
            }
            num_warn += difference > limits.warn ? 1 : 0;
            num_fail += difference > limits.fail ? 1 : 0;
            if (difference > out.max) {
                out.max = difference;
                out.max_x = x;
                out.max_y = y;
            }
        }
    }
    const double num_pixels = static_cast<double>(image.width) * image.height;
    out.warn_fraction = num_warn / num_pixels;
    out.fail_fraction = num_fail / num_pixels;
    if (out.fail_fraction > limits.fail_fraction || out.max > limits.hard_fail) {
        out.verdict = Verdict::Failure;
    } else if (out.warn_fraction > limits.warn_fraction) {
        out.verdict = Verdict::Warning;
    }
    return out;
}

}  // namespace vasa::golden
