// SPDX-License-Identifier: Apache-2.0
#include "data/face_check.h"

#include "vasa/core/rng.h"

#include <algorithm>
#include <cstdint>

#include "support/catch.h"

namespace core = vasa::core;
namespace train = vasa::train;

namespace {

/// Random blocks of `block` pixels; contrast in grey values.
core::ImageU8 blocks(int block, double contrast, int size) {
    core::Rng rng(5);
    core::ImageU8 image(size, size, 3);
    for (int y = 0; y < size; y += block) {
        for (int x = 0; x < size; x += block) {
            const auto value = static_cast<std::uint8_t>(128 + contrast * (rng.uniform() - 0.5));
            for (int v = y; v < std::min(y + block, size); ++v) {
                std::fill_n(image.at(x, v), 3 * std::min(block, size - x), value);
            }
        }
    }
    return image;
}

core::ImageU8 blurred(const core::ImageU8& image, int radius) {
    core::ImageU8 result = image;
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            int sum = 0, count = 0;
            for (int v = std::max(0, y - radius); v <= std::min(image.height - 1, y + radius);
                 ++v) {
                for (int u = std::max(0, x - radius); u <= std::min(image.width - 1, x + radius);
                     ++u) {
                    sum += image.at(u, v)[0];
                    ++count;
                }
            }
            std::fill_n(result.at(x, y), 3, static_cast<std::uint8_t>(sum / count));
        }
    }
    return result;
}

}  // namespace

TEST_CASE("sharpness falls with blur, not with contrast", "[train]") {
    const core::ImageU8 sharp = blocks(8, 200, 128);
    const double value = train::sharpness(sharp, 0, 0, 128);
    CHECK(train::sharpness(blocks(8, 60, 128), 0, 0, 128) == Approx(value).epsilon(0.1));
    CHECK(train::sharpness(blurred(sharp, 4), 0, 0, 128) < 0.4 * value);
    CHECK(train::sharpness(core::ImageU8(64, 64, 3, 90), 0, 0, 64) == 0.0);
    // Also beyond the border.
    CHECK(train::sharpness(sharp, -20, -20, 168) > 0.0);
}
