// SPDX-License-Identifier: Apache-2.0
#include "vasa/media/image_file.h"

#include "image_writers.h"
#include "sample_images.h"
#include "support/test_folder.h"

#include "vasa/core/error.h"

#include <cmath>
#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using core::ImageU8;
using media::load_image;

namespace {

ImageU8 load_bytes(const Bytes& bytes, const media::LoadImageOptions& options = {}) {
    const TestFolder folder;
    write_bytes(folder / "picture", bytes);
    return load_image(folder / "picture", options);
}

std::vector<int> pixel(const ImageU8& image, int x, int y) {
    const std::uint8_t* p = image.at(x, y);
    return {p[0], p[1], p[2]};
}

bool is_near(const std::vector<int>& a, const std::vector<int>& b, int tolerance) {
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (std::abs(a[i] - b[i]) > tolerance) {
            return false;
        }
    }
    return true;
}

const std::vector<int> kLeft = {200, 60, 40};
const std::vector<int> kRight = {30, 90, 180};

/// 3×2 pixels whose red value is 10·(3 y + x): each value shows its origin.
Bytes numbered_rows() {
    Bytes rows;
    for (int i = 0; i < 6; ++i) {
        append(rows, Bytes{static_cast<std::uint8_t>(10 * i), 100, 200});
    }
    return rows;
}

/// Red values of an image, row by row.
std::vector<int> reds(const ImageU8& image) {
    std::vector<int> values;
    for (std::size_t i = 0; i < image.data.size(); i += 3) {
        values.push_back(image.data[i]);
    }
    return values;
}

/// What a viewer shows for the image 0 10 20 / 30 40 50 by the EXIF standard.
const std::vector<std::vector<int>> kTurned = {{0, 10, 20, 30, 40, 50},
                                               {20, 10, 0, 50, 40, 30},
                                               {50, 40, 30, 20, 10, 0},
                                               {30, 40, 50, 0, 10, 20},
                                               {0, 30, 10, 40, 20, 50},
                                               {30, 0, 40, 10, 50, 20},
                                               {50, 20, 40, 10, 30, 0},
                                               {20, 50, 10, 40, 0, 30}};

}  // namespace

TEST_CASE("each format gives the colours and sides of the picture", "[media]") {
    const std::vector<std::pair<const char*, int>> samples = {{kRgbJpeg, 4},
                                                              {kProgressiveJpeg, 4},
                                                              {kLossyWebP, 12},
                                                              {kLosslessWebP, 0},
                                                              {kPalettePng, 1},
                                                              {kCmykJpeg, 6}};
    for (const auto& [hex, tolerance] : samples) {
        CAPTURE(std::string(hex).substr(0, 40));
        const ImageU8 image = load_bytes(from_hex(hex));
        REQUIRE(image.width == 16);
        REQUIRE(image.height == 8);
        REQUIRE(image.channels == 3);
        CHECK(is_near(pixel(image, 2, 4), kLeft, tolerance));
        CHECK(is_near(pixel(image, 13, 4), kRight, tolerance));
    }
}

TEST_CASE("a grey JPEG becomes RGB with three equal channels", "[media]") {
    const ImageU8 image = load_bytes(from_hex(kGreyJpeg));
    REQUIRE(image.channels == 3);
    CHECK(is_near(pixel(image, 2, 4), {100, 100, 100}, 3));
    CHECK(pixel(image, 2, 4)[0] == pixel(image, 2, 4)[2]);
}

TEST_CASE("all eight EXIF orientations are applied in PNG and TIFF", "[media]") {
    const std::vector<std::uint16_t> samples = [] {
        const Bytes rows = numbered_rows();
        return std::vector<std::uint16_t>(rows.begin(), rows.end());
    }();
    for (int orientation = 1; orientation <= 8; ++orientation) {
        CAPTURE(orientation);
        const std::vector<int>& expected = kTurned[static_cast<std::size_t>(orientation - 1)];
        const int width = orientation < 5 ? 3 : 2;
        const ImageU8 png = load_bytes(make_png({3, 2, 8, 2, orientation}, numbered_rows()));
        CHECK(png.width == width);
        CHECK(png.height == 5 - width);
        CHECK(reds(png) == expected);
        for (const bool big_endian : {false, true}) {
            const ImageU8 tiff =
                load_bytes(make_tiff({3, 2, 8, 3, big_endian, orientation, -1}, samples));
            CHECK(tiff.width == width);
            CHECK(reds(tiff) == expected);
        }
    }
}

TEST_CASE("EXIF orientation is applied to 16-bit TIFF and to pictures with alpha", "[media]") {
    std::vector<std::uint16_t> deep;
    Bytes with_alpha;
    for (int i = 0; i < 6; ++i) {
        deep.insert(deep.end(), {static_cast<std::uint16_t>(2570 * i), 0, 0});
        append(with_alpha, Bytes{static_cast<std::uint8_t>(10 * i), 100, 200, 255});
    }
    for (int orientation = 1; orientation <= 8; ++orientation) {
        CAPTURE(orientation);
        const std::vector<int>& expected = kTurned[static_cast<std::size_t>(orientation - 1)];
        CHECK(reds(load_bytes(make_tiff({3, 2, 16, 3, true, orientation, -1}, deep))) == expected);
        CHECK(reds(load_bytes(make_png({3, 2, 8, 6, orientation}, with_alpha))) == expected);
    }
}

TEST_CASE("all eight EXIF orientations are applied in JPEG, in both byte orders", "[media]") {
    for (int orientation = 1; orientation <= 8; ++orientation) {
        for (const bool big_endian : {false, true}) {
            CAPTURE(orientation, big_endian);
            const ImageU8 image =
                load_bytes(jpeg_with_exif(from_hex(kRgbJpeg), orientation, big_endian));
            const bool is_tall = orientation >= 5;
            REQUIRE(image.width == (is_tall ? 8 : 16));
            REQUIRE(image.height == (is_tall ? 16 : 8));
            // The left half comes first in orientations 1, 4, 5 and 6.
            const bool keeps =
                orientation == 1 || orientation == 4 || orientation == 5 || orientation == 6;
            const ImageU8& i = image;
            const auto first = is_tall ? pixel(i, 4, 2) : pixel(i, 2, 4);
            const auto last = is_tall ? pixel(i, 4, 13) : pixel(i, 13, 4);
            CHECK(is_near(first, keeps ? kLeft : kRight, 4));
            CHECK(is_near(last, keeps ? kRight : kLeft, 4));
        }
    }
}

TEST_CASE("the EXIF orientation of a WebP is applied", "[media]") {
    const ImageU8 image = load_bytes(from_hex(kTurnedWebP));  // orientation 6
    REQUIRE(image.width == 8);
    REQUIRE(image.height == 16);
    CHECK(pixel(image, 4, 2) == kLeft);
    CHECK(pixel(image, 4, 13) == kRight);
}

TEST_CASE("a damaged EXIF block does not spoil the picture", "[media]") {
    Bytes jpeg = jpeg_with_exif(from_hex(kRgbJpeg), 6, true);
    for (std::size_t i = 12; i < 30; ++i) {
        Bytes damaged = jpeg;
        damaged[i] = 0xff;
        CAPTURE(i);
        CHECK(load_bytes(damaged).data.size() == 16u * 8 * 3);
    }
    CHECK(load_bytes(jpeg_with_exif(from_hex(kRgbJpeg), 99, true)).width == 16);
    CHECK(load_bytes(jpeg_with_exif(from_hex(kRgbJpeg), 0, true)).width == 16);
}

TEST_CASE("16-bit PNG is rounded to the nearest 8-bit value", "[media]") {
    Bytes rows;
    std::vector<int> expected;
    for (int i = 0; i < 256; ++i) {
        const int value = i * 257 + (i * 37) % 257 - 128;
        const int clamped = std::min(std::max(value, 0), 65535);
        append_number(rows, static_cast<std::uint64_t>(clamped), 2, true);
        expected.push_back(static_cast<int>(std::lround(clamped / 257.0)));
    }
    const ImageU8 image = load_bytes(make_png({256, 1, 16, 0, 0}, rows));
    CHECK(reds(image) == expected);
}

TEST_CASE("alpha is composited on the background, in 8 and 16 bits", "[media]") {
    media::LoadImageOptions options;
    options.background = {10, 250, 0};
    const Bytes rgba = {200, 60, 40, 255, 200, 60, 40, 0, 200, 60, 40, 102};
    const ImageU8 image = load_bytes(make_png({3, 1, 8, 6, 0}, rgba), options);
    CHECK(pixel(image, 0, 0) == std::vector<int>{200, 60, 40});
    CHECK(pixel(image, 1, 0) == std::vector<int>{10, 250, 0});
    CHECK(pixel(image, 2, 0) == std::vector<int>{86, 174, 16});
    Bytes deep;
    for (const std::uint8_t value : rgba) {
        append_number(deep, value * 257u, 2, true);
    }
    CHECK(load_bytes(make_png({3, 1, 16, 6, 0}, deep), options).data == image.data);
    const ImageU8 grey = load_bytes(make_png({2, 1, 8, 4, 0}, {80, 255, 80, 0}), options);
    CHECK(pixel(grey, 0, 0) == std::vector<int>{80, 80, 80});
    CHECK(pixel(grey, 1, 0) == std::vector<int>{10, 250, 0});
    const ImageU8 webp = load_bytes(from_hex(kAlphaWebP), options);
    CHECK(pixel(webp, 2, 4) == kLeft);
    CHECK(pixel(webp, 13, 4) == std::vector<int>{10, 250, 0});
}

TEST_CASE("plain and premultiplied alpha of TIFF give the same picture", "[media]") {
    media::LoadImageOptions options;
    options.background = {10, 250, 0};
    const std::vector<int> expected = {86, 174, 16};  // (200, 60, 40) at 40 %
    for (const int bits : {8, 16}) {
        CAPTURE(bits);
        const auto scaled = [&](std::vector<std::uint16_t> values) {
            for (std::uint16_t& value : values) {
                value = static_cast<std::uint16_t>(value * (bits == 16 ? 257 : 1));
            }
            return values;
        };
        const TiffSpec plain = {1, 1, bits, 4, false, 1, 2};
        const TiffSpec premultiplied = {1, 1, bits, 4, false, 1, 1};
        CHECK(
            is_near(pixel(load_bytes(make_tiff(plain, scaled({200, 60, 40, 102})), options), 0, 0),
                    expected,
                    1));
        CHECK(is_near(
            pixel(load_bytes(make_tiff(premultiplied, scaled({80, 24, 16, 102})), options), 0, 0),
            expected,
            1));
    }
}

TEST_CASE("BMP is read in both row orders", "[media]") {
    CHECK(reds(load_bytes(make_bmp(3, 2, numbered_rows()))) == kTurned[0]);
    CHECK(reds(load_bytes(make_bmp(3, -2, numbered_rows()))) == kTurned[0]);
}

TEST_CASE("save_png writes what load_image reads, grey and RGB", "[media]") {
    const TestFolder folder;
    ImageU8 rgb(5, 3, 3);
    for (std::size_t i = 0; i < rgb.data.size(); ++i) {
        rgb.data[i] = static_cast<std::uint8_t>(i * 5);
    }
    media::save_png(folder / "rgb.png", rgb, false);
    CHECK(load_image(folder / "rgb.png").data == rgb.data);
    ImageU8 grey(4, 2, 1, 77);
    media::save_png(folder / "grey.png", grey, false);
    CHECK(load_image(folder / "grey.png").data == std::vector<std::uint8_t>(24, 77));
    CHECK_THROWS_AS(media::save_png(folder / "grey.png", grey, false), core::Error);
    CHECK_NOTHROW(media::save_png(folder / "grey.png", grey, true));
    CHECK_THROWS_AS(media::save_png(folder / "x.png", ImageU8(2, 2, 4), false), core::Error);
    CHECK_THROWS_AS(media::save_png(folder / "x.png", ImageU8(), false), core::Error);
    CHECK(folder.num_files() == 2);
}
