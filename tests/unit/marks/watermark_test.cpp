// SPDX-License-Identifier: Apache-2.0
#include "vasa/marks/watermark.h"

#include "mark_pattern.h"
#include "mark_strength.h"

#include "vasa/core/psnr.h"
#include "vasa/core/rng.h"
#include "vasa/core/yuv420.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "support/catch.h"

namespace {

using namespace vasa;
using core::ImageU8;
using marks::WatermarkDetector;
using marks::WatermarkEmbedder;
using marks::WatermarkFinding;
using marks::WatermarkKey;

constexpr int kSide = 512;
const std::uint64_t kPayload = marks::pack_payload({1, 1, 0x123456789A});

WatermarkKey other_key() {
    return marks::parse_watermark_key(std::string(64, '7'), "other");
}

/// A picture with flat parts, soft shading and texture, and some noise of its own.
ImageU8 picture(std::uint64_t seed, int width = kSide, int height = kSide) {
    core::Rng random(seed);
    ImageU8 image(width, height, 3);
    for (int y = 0; y < height; ++y) {
        const auto texture = static_cast<int>(y < height / 3 ? 40 : 4);
        for (int x = 0; x < width; ++x) {
            const int shade = 90 + x / 8 + y / 16;
            const int detail = static_cast<int>(texture * std::sin(0.31 * x + 0.05 * y) *
                                                std::sin(0.17 * y - 0.11 * x));
            const int noise = static_cast<int>(random.below(5)) - 2;
            for (int c = 0; c < 3; ++c) {
                image.at(x, y)[c] =
                    static_cast<std::uint8_t>(std::clamp(shade + detail + noise + 10 * c, 0, 255));
            }
        }
    }
    return image;
}

WatermarkFinding find_in(const ImageU8& image,
                         const WatermarkKey& key = WatermarkKey::public_key()) {
    WatermarkDetector detector(key);
    detector.push(image, 0.0);
    return detector.find();
}

ImageU8 marked(std::uint64_t seed, const WatermarkKey& key = WatermarkKey::public_key()) {
    ImageU8 image = picture(seed);
    WatermarkEmbedder(key, kPayload).mark_rgb(image);
    return image;
}

ImageU8 cropped(const ImageU8& image, int left, int top, int width, int height) {
    ImageU8 part(width, height, 3);
    for (int y = 0; y < height; ++y) {
        std::copy_n(image.at(left, top + y), 3 * width, part.row(y));
    }
    return part;
}

/// Linear interpolation.
ImageU8 resized(const ImageU8& image, int width, int height) {
    ImageU8 result(width, height, 3);
    for (int y = 0; y < height; ++y) {
        const double v =
            std::clamp((y + 0.5) * image.height / height - 0.5, 0.0, image.height - 1.0);
        const int top = std::min(static_cast<int>(v), image.height - 2);
        for (int x = 0; x < width; ++x) {
            const double u =
                std::clamp((x + 0.5) * image.width / width - 0.5, 0.0, image.width - 1.0);
            const int left = std::min(static_cast<int>(u), image.width - 2);
            for (int c = 0; c < 3; ++c) {
                const auto at = [&](int dx, int dy) {
                    return static_cast<double>(image.at(left + dx, top + dy)[c]);
                };
                const double above = at(0, 0) + (at(1, 0) - at(0, 0)) * (u - left);
                const double below = at(0, 1) + (at(1, 1) - at(0, 1)) * (u - left);
                result.at(x, y)[c] =
                    static_cast<std::uint8_t>(std::lround(above + (below - above) * (v - top)));
            }
        }
    }
    return result;
}

TEST_CASE("a mark is found in one picture, and only with its key") {
    const WatermarkFinding finding = find_in(marked(1));
    CHECK(finding.is_found);
    CHECK(finding.bits == kPayload);
    CHECK(finding.payload.job_hash == 0x123456789A);
    CHECK(finding.false_positive < 1e-6);
    CHECK(finding.confidence > 0.9);
    CHECK(finding.num_frames == 1);
    CHECK_FALSE(find_in(marked(1, other_key())).is_found);
    CHECK(find_in(marked(1, other_key()), other_key()).is_found);
    CHECK_FALSE(find_in(picture(1)).is_found);
    CHECK_FALSE(find_in(ImageU8(kSide, kSide, 3, 128)).is_found);
}

TEST_CASE("a mark is found in a part of the picture, and where it lies") {
    const WatermarkFinding finding = find_in(cropped(marked(2), 37, 53, 410, 410));
    CHECK(finding.is_found);
    CHECK(finding.bits == kPayload);
    CHECK(finding.offset_x_px == Approx(-37).margin(1));
    CHECK(finding.offset_y_px == Approx(-53).margin(1));
}

TEST_CASE("a mark is found at another size") {
    SECTION("stretched") {
        const WatermarkFinding finding = find_in(resized(marked(3), 720, 640));
        CHECK(finding.is_found);
        CHECK(finding.scale_x == Approx(720.0 / 512).epsilon(0.01));
        CHECK(finding.scale_y == Approx(640.0 / 512).epsilon(0.01));
    }
    SECTION("cropped, then enlarged") {
        const WatermarkFinding finding =
            find_in(resized(cropped(marked(3), 40, 60, 420, 420), 512, 512));
        CHECK(finding.is_found);
        CHECK(finding.scale_x == Approx(512.0 / 420).epsilon(0.01));
    }
    SECTION("reduced") {
        CHECK(find_in(resized(marked(3), 300, 300)).is_found);
    }
}

TEST_CASE("frames of other sizes than the tile are marked") {
    ImageU8 image = picture(4, 700, 400);
    WatermarkEmbedder(WatermarkKey::public_key(), kPayload).mark_rgb(image);
    const WatermarkFinding finding = find_in(image);
    CHECK(finding.is_found);
    CHECK(finding.bits == kPayload);
}

TEST_CASE("marked pictures differ by less than 46 dB, in flat parts by few levels") {
    const ImageU8 image = picture(5), with_mark = marked(5);
    CHECK(core::psnr(image, with_mark) > 46.0);
    CHECK(core::psnr(image, with_mark) < 52.0);
    const ImageU8 grey(kSide, kSide, 3, 128);
    ImageU8 marked_grey = grey;
    WatermarkEmbedder(WatermarkKey::public_key(), kPayload).mark_rgb(marked_grey);
    int largest = 0;
    for (const std::uint8_t value : marked_grey.data) {
        largest = std::max(largest, std::abs(value - 128));
    }
    CHECK(largest <= 3);
    CHECK(core::psnr(grey, marked_grey) > 46.0);
}

TEST_CASE("the luma of a marked RGB frame is that of a marked luma frame") {
    const ImageU8 image = picture(6);
    std::vector<std::uint8_t> from_luma, from_rgb;
    core::rgb_to_yuv420(image, from_luma);
    const WatermarkEmbedder embedder(WatermarkKey::public_key(), kPayload);
    embedder.mark_luma(from_luma.data(), kSide, kSide);
    core::rgb_to_yuv420(marked(6), from_rgb);
    int largest = 0;
    for (int i = 0; i < kSide * kSide; ++i) {
        largest = std::max(largest, std::abs(from_luma[i] - from_rgb[i]));
    }
    CHECK(largest <= 1);
}

TEST_CASE("a mark keeps luma within its limits") {
    const WatermarkEmbedder embedder(WatermarkKey::public_key(), kPayload);
    for (const int value : {16, 235}) {
        std::vector<std::uint8_t> luma(kSide * kSide, static_cast<std::uint8_t>(value));
        embedder.mark_luma(luma.data(), kSide, kSide);
        CHECK(*std::min_element(luma.begin(), luma.end()) >= 16);
        CHECK(*std::max_element(luma.begin(), luma.end()) <= 235);
    }
}

TEST_CASE("texture takes a stronger mark, but a whole frame of it not more energy") {
    core::Rng random(7);
    std::vector<std::uint8_t> luma(kSide * kSide, 128);
    for (int i = 0; i < kSide * kSide / 2; ++i) {
        luma[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(100 + random.below(60));
    }
    const marks::StrengthGrid grid(luma.data(), kSide, kSide);
    CHECK(grid.values.front() > 1.3F * grid.values.back());
    double energy = 0;
    for (const float value : grid.values) {
        energy += static_cast<double>(value * value);
    }
    CHECK(std::sqrt(energy / static_cast<double>(grid.values.size())) <= 1.0501);
}

TEST_CASE("a detector takes frames of one size") {
    WatermarkDetector detector(WatermarkKey::public_key());
    CHECK_FALSE(detector.find().is_found);
    CHECK_THROWS(detector.push(ImageU8(63, 64, 3), 0.0));
    detector.push(ImageU8(64, 64, 3), 0.0);
    CHECK_THROWS(detector.push(ImageU8(64, 65, 3), 0.1));
    CHECK_FALSE(detector.find().is_found);
}

}  // namespace
