// SPDX-License-Identifier: Apache-2.0
#include "video_support.h"

#include "vasa/core/error.h"
#include "vasa/core/rng.h"
#include "vasa/media/video_file.h"

#include <chrono>
#include <cmath>
#include <vector>

#include "support/catch.h"

using vasa::core::ImageU8;
using vasa::core::Rng;
using vasa::media::Yuv420Frame;

namespace {

struct Yuv {
    double y, u, v;
};

/// ITU-R BT.709, items 3.2 to 3.4, limited range of 8 bits.
Yuv reference(double red, double green, double blue) {
    const double luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    return {16.0 + 219.0 * luma / 255.0,
            128.0 + 224.0 * (blue - luma) / 1.8556 / 255.0,
            128.0 + 224.0 * (red - luma) / 1.5748 / 255.0};
}

ImageU8 random_image(int width, int height) {
    ImageU8 image(width, height, 3);
    Rng rng(4);
    for (std::uint8_t& value : image.data) {
        // Extreme values occur more often than by chance.
        const std::uint64_t choice = rng.below(4);
        value = static_cast<std::uint8_t>(choice == 0 ? 0 : choice == 1 ? 255 : rng.below(256));
    }
    return image;
}

double mean_of_four(const ImageU8& image, int x, int y, int channel) {
    return (image.at(x, y)[channel] + image.at(x + 1, y)[channel] + image.at(x, y + 1)[channel] +
            image.at(x + 1, y + 1)[channel]) /
           4.0;
}

}  // namespace

TEST_CASE("YUV is the rounded BT.709 of the pixels and of the means of 2x2", "[media]") {
    for (const auto& [width, height] :
         std::vector<std::pair<int, int>>{{2, 2}, {34, 6}, {130, 90}}) {
        const ImageU8 image = random_image(width, height);
        Yuv420Frame frame;
        rgb_to_yuv420(image, frame);
        REQUIRE(frame.width == width);
        REQUIRE(frame.height == height);
        REQUIRE(frame.data.size() == image.data.size() / 2);
        const std::uint8_t* luma = frame.data.data();
        const std::uint8_t* u = luma + width * height;
        const std::uint8_t* v = u + width * height / 4;
        double worst = 0.0;
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                const std::uint8_t* p = image.at(x, y);
                worst =
                    std::max(worst, std::abs(luma[y * width + x] - reference(p[0], p[1], p[2]).y));
            }
        }
        for (int y = 0; y < height / 2; ++y) {
            for (int x = 0; x < width / 2; ++x) {
                const Yuv expected = reference(mean_of_four(image, 2 * x, 2 * y, 0),
                                               mean_of_four(image, 2 * x, 2 * y, 1),
                                               mean_of_four(image, 2 * x, 2 * y, 2));
                const int at = y * (width / 2) + x;
                worst = std::max(worst, std::abs(u[at] - expected.u));
                worst = std::max(worst, std::abs(v[at] - expected.v));
            }
        }
        // Half a step for rounding, a hundredth for the fixed-point weights.
        CHECK(worst < 0.51);
    }
}

TEST_CASE("every grey has neutral chroma; black is 16 and white is 235", "[media]") {
    for (int grey = 0; grey < 256; ++grey) {
        Yuv420Frame frame;
        rgb_to_yuv420(ImageU8(2, 2, 3, static_cast<std::uint8_t>(grey)), frame);
        REQUIRE(frame.data[0] == std::lround(16.0 + 219.0 * grey / 255.0));
        REQUIRE(frame.data[4] == 128);
        REQUIRE(frame.data[5] == 128);
    }
}

TEST_CASE("saturated colours stay within the limited range", "[media]") {
    for (int corner = 0; corner < 8; ++corner) {
        ImageU8 image(2, 2, 3);
        for (std::size_t i = 0; i < image.data.size(); ++i) {
            image.data[i] = (corner >> (i % 3) & 1) ? 255 : 0;
        }
        Yuv420Frame frame;
        rgb_to_yuv420(image, frame);
        for (std::size_t i = 0; i < 4; ++i) {
            CHECK(frame.data[i] >= 16);
            CHECK(frame.data[i] <= 235);
        }
        for (std::size_t i = 4; i < 6; ++i) {
            CHECK(frame.data[i] >= 16);
            CHECK(frame.data[i] <= 240);
        }
    }
}

TEST_CASE("odd sizes and other channel counts are errors", "[media]") {
    Yuv420Frame frame;
    CHECK_THROWS_AS(rgb_to_yuv420(ImageU8(3, 2, 3), frame), vasa::core::Error);
    CHECK_THROWS_AS(rgb_to_yuv420(ImageU8(2, 3, 3), frame), vasa::core::Error);
    CHECK_THROWS_AS(rgb_to_yuv420(ImageU8(2, 2, 4), frame), vasa::core::Error);
    CHECK_THROWS_AS(rgb_to_yuv420(ImageU8(), frame), vasa::core::Error);
}

TEST_CASE("time of a 512x512 frame", "[.][media][benchmark]") {
    const ImageU8 image = random_image(512, 512);
    Yuv420Frame frame;
    rgb_to_yuv420(image, frame);
    double best_ms = 1e9;
    for (int round = 0; round < 200; ++round) {
        const auto begin = std::chrono::steady_clock::now();
        rgb_to_yuv420(image, frame);
        const std::chrono::duration<double, std::milli> time =
            std::chrono::steady_clock::now() - begin;
        best_ms = std::min(best_ms, time.count());
    }
    WARN("512x512: " << best_ms << " ms");
}
