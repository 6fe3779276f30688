// SPDX-License-Identifier: Apache-2.0
#include "image_metrics.h"

#include <cstdlib>

namespace vasa::eval {

double difference(const core::ImageU8& a, const core::ImageU8& b, int x, int y) {
    int sum = 0;
    for (int c = 0; c < 3; ++c) {
        sum += std::abs(a.at(x, y)[c] - b.at(x, y)[c]);
    }
    return sum / 3.0;
}

double gradient(const core::ImageU8& image, int x, int y) {
    const std::uint8_t *here = image.at(x, y), *right = image.at(x + 1, y),
                       *below = image.at(x, y + 1);
    int sum = 0;
    for (int c = 0; c < 3; ++c) {
        sum += std::abs(right[c] - here[c]) + std::abs(below[c] - here[c]);
    }
    return sum / 6.0;
}

double gradient_difference(const core::ImageU8& a, const core::ImageU8& b, int x, int y) {
    int sum = 0;
    for (int c = 0; c < 3; ++c) {
        const int here = a.at(x, y)[c] - b.at(x, y)[c];
        sum += std::abs(a.at(x + 1, y)[c] - b.at(x + 1, y)[c] - here);
        sum += std::abs(a.at(x, y + 1)[c] - b.at(x, y + 1)[c] - here);
    }
    return sum / 6.0;
}

}  // namespace vasa::eval
