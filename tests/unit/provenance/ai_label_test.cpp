// SPDX-License-Identifier: Apache-2.0
#include "vasa/provenance/ai_label.h"

#include <algorithm>

#include "support/catch.h"

using namespace vasa;
using provenance::AiLabel;

namespace {

core::ImageU8 grey(int width, int height, std::uint8_t value) {
    return {width, height, 3, value};
}

bool is_inside(const AiLabel& label, int x, int y) {
    return x >= label.left() && x < label.left() + label.width() && y >= label.top() &&
           y < label.top() + label.height();
}

}  // namespace

TEST_CASE("the badge stays in its corner and is white on dark, on any picture") {
    for (const auto& [width, height] : {std::pair{512, 512}, {1280, 720}, {64, 64}}) {
        const AiLabel label(width, height);
        INFO(width << "x" << height);
        CHECK(label.left() % 2 == 0);
        CHECK(label.top() % 2 == 0);
        CHECK(label.left() + label.width() <= width);
        CHECK(label.top() + label.height() <= height);
        CHECK(label.top() > height * 8 / 10);
        for (const std::uint8_t value : {std::uint8_t{0}, std::uint8_t{128}, std::uint8_t{255}}) {
            core::ImageU8 image = grey(width, height, value);
            label.draw(image);
            int brightest = 0, darkest = 255, num_outside = 0;
            for (int y = 0; y < height; ++y) {
                for (int x = 0; x < width; ++x) {
                    const int pixel = image.at(x, y)[0];
                    if (is_inside(label, x, y)) {
                        brightest = std::max(brightest, pixel);
                        darkest = std::min(darkest, pixel);
                    } else {
                        num_outside += pixel != value ? 1 : 0;
                    }
                }
            }
            CHECK(num_outside == 0);
            CHECK(darkest <= 255 * 4 / 10);
            CHECK(brightest >= (height >= 512 ? 250 : 160));
        }
    }
}

TEST_CASE("the badge looks the same in RGB and in planar colour") {
    const AiLabel label(512, 512);
    core::ImageU8 rgb = grey(512, 512, 200);
    label.draw(rgb);
    media::Yuv420Frame yuv(512, 512);
    const int luma_of_200 = 16 + (200 * 219 + 127) / 255;
    std::fill(
        yuv.data.begin(), yuv.data.begin() + 512 * 512, static_cast<std::uint8_t>(luma_of_200));
    std::fill(yuv.data.begin() + 512 * 512, yuv.data.end(), std::uint8_t{90});
    label.draw(yuv);
    int worst = 0;
    for (int y = 0; y < 512; ++y) {
        for (int x = 0; x < 512; ++x) {
            const int luma = yuv.data[static_cast<std::size_t>(y * 512 + x)];
            const int as_rgb = (luma - 16) * 255 / 219;
            worst = std::max(worst, std::abs(as_rgb - rgb.at(x, y)[0]));
        }
    }
    CHECK(worst <= 3);
    // Chroma goes towards grey under the plate and stays elsewhere.
    const auto chroma = [&](int x, int y) {
        return yuv.data[static_cast<std::size_t>(512 * 512 + y / 2 * 256 + x / 2)];
    };
    CHECK(chroma(0, 0) == 90);
    CHECK(chroma(label.left() + label.width() / 2, label.top() + 4) > 105);
}
