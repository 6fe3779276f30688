// SPDX-License-Identifier: Apache-2.0
#include "vasa/vision/person_segmenter.h"

#include "vision_test_util.h"

#include "vasa/core/error.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "support/catch.h"

using vasa::core::Error;
using vasa::core::ImageF;
using vasa::core::ImageU8;
using vasa::vision::MatteOptions;
using vasa::vision::PersonSegmenter;
using vasa::vision::refine_matte;

namespace {

/// Red disc on blue: the image and the disc's coverage of each pixel.
struct Disc {
    ImageU8 rgb;
    ImageF cover;
};

Disc make_disc(int size) {
    Disc disc{ImageU8(size, size, 3), ImageF(size, size, 1)};
    const double radius = 0.3 * size;
    for (int y = 0; y < size; ++y) {
        for (int x = 0; x < size; ++x) {
            const double distance = std::hypot(x + 0.5 - size / 2.0, y + 0.5 - size / 2.0) - radius;
            const double cover = std::clamp(0.5 - distance, 0.0, 1.0);
            disc.cover.at(x, y)[0] = static_cast<float>(cover);
            disc.rgb.at(x, y)[0] = static_cast<std::uint8_t>(30 + 200 * cover);
            disc.rgb.at(x, y)[1] = 60;
            disc.rgb.at(x, y)[2] = static_cast<std::uint8_t>(30 + 200 * (1 - cover));
        }
    }
    return disc;
}

/// Mean over size / coarse_size squares: the best output of a coarse network.
ImageF coarse(const ImageF& fine, int coarse_size) {
    ImageF out(coarse_size, coarse_size, 1);
    const int factor = fine.width / coarse_size;
    for (int y = 0; y < fine.height; ++y) {
        for (int x = 0; x < fine.width; ++x) {
            out.at(x / factor, y / factor)[0] +=
                fine.at(x, y)[0] / static_cast<float>(factor * factor);
        }
    }
    return out;
}

double mean_difference(const ImageF& a, const ImageF& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.data.size(); ++i) {
        sum += std::abs(a.data[i] - b.data[i]);
    }
    return sum / static_cast<double>(a.data.size());
}

ImageF nearest(const ImageF& image, int size) {
    ImageF out(size, size, 1);
    for (int y = 0; y < size; ++y) {
        for (int x = 0; x < size; ++x) {
            out.at(x, y)[0] = image.at(x * image.width / size, y * image.height / size)[0];
        }
    }
    return out;
}

}  // namespace

TEST_CASE("the person mask is the reference's", "[data]") {
    VASA_NEEDS_DATA();
    PersonSegmenter segmenter(vasa::test::model_dir());
    for (const std::string& name : vasa::test::example_names()) {
        CAPTURE(name);
        const ImageU8 input = vasa::test::image_from_planes(
            vasa::test::golden(name, "selfie_segmentation__input_u8"));
        std::vector<float> expected =
            vasa::test::golden(name, "selfie_segmentation__mask_u8").values;
        for (float& value : expected) {
            value /= 255;
        }
        CHECK(vasa::test::max_difference(segmenter.segment_square(input).data, expected) < 2.5e-3F);
    }
}

TEST_CASE("the mask of a whole photograph holds the face and not the corners above it", "[data]") {
    VASA_NEEDS_DATA();
    PersonSegmenter segmenter(vasa::test::model_dir());
    const ImageF mask = segmenter.segment_square(vasa::test::load_example("astronaut"));
    REQUIRE(mask.width == 256);
    REQUIRE(mask.height == 256);
    CHECK(mask.at(112, 62)[0] > 0.95F);
    CHECK(mask.at(5, 5)[0] < 0.05F);
    CHECK(mask.at(250, 5)[0] < 0.05F);
}

TEST_CASE("the mask of noise stays within its range") {
    PersonSegmenter segmenter(vasa::test::model_dir());
    const ImageF mask = segmenter.segment_square(vasa::test::noise_image(70, 900, 6));
    REQUIRE(mask.data.size() == 256 * 256);
    for (const float value : mask.data) {
        REQUIRE((value >= 0 && value <= 1));
    }
    CHECK_THROWS_AS(segmenter.segment_square(ImageU8(9, 9, 1)), Error);
}

TEST_CASE("the matte follows the image's edge where the mask is coarse") {
    const Disc disc = make_disc(256);
    const ImageF mask = coarse(disc.cover, 64);
    const ImageF matte = refine_matte(disc.rgb, mask);
    REQUIRE(matte.width == 256);
    REQUIRE(matte.height == 256);
    REQUIRE(matte.channels == 1);
    const double before = mean_difference(nearest(mask, 256), disc.cover);
    const double after = mean_difference(matte, disc.cover);
    CHECK(after < 0.35 * before);
}

TEST_CASE("a matte of a certain mask is certain, whatever the image") {
    const ImageU8 noise = vasa::test::noise_image(90, 60, 8);
    for (const float level : {0.0F, 1.0F}) {
        const ImageF matte = refine_matte(noise, ImageF(16, 16, 1, level));
        for (const float value : matte.data) {
            REQUIRE(value == Approx(level).margin(1e-4));
        }
    }
}

TEST_CASE("subsampling changes the matte only little") {
    const Disc disc = make_disc(256);
    const ImageF mask = coarse(disc.cover, 128);
    MatteOptions options;
    options.subsampling = 1;
    const ImageF full = refine_matte(disc.rgb, mask, options);
    options.subsampling = 2;
    CHECK(mean_difference(refine_matte(disc.rgb, mask, options), full) < 0.004);
}

TEST_CASE("mask values that are not probabilities do not spread") {
    const Disc disc = make_disc(128);
    ImageF mask = disc.cover;
    mask.at(3, 3)[0] = std::numeric_limits<float>::quiet_NaN();
    mask.at(5, 90)[0] = std::numeric_limits<float>::infinity();
    mask.at(90, 3)[0] = -1e30F;
    const ImageF matte = refine_matte(disc.rgb, mask);
    for (const float value : matte.data) {
        REQUIRE((value >= 0 && value <= 1));
    }
    CHECK(matte.at(64, 64)[0] > 0.95F);
    CHECK(matte.at(120, 120)[0] < 0.05F);
}

TEST_CASE("the matte refuses images, masks and options it cannot use") {
    const ImageU8 rgb(8, 8, 3, 50);
    const ImageF mask(8, 8, 1, 0.5F);
    CHECK_THROWS_AS(refine_matte(ImageU8(8, 8, 1), mask), Error);
    CHECK_THROWS_AS(refine_matte(rgb, ImageF()), Error);
    CHECK_THROWS_AS(refine_matte(rgb, ImageF(8, 8, 3)), Error);
    const auto refuses = [&](const MatteOptions& options) {
        try {
            refine_matte(rgb, mask, options);
        } catch (const Error& error) {
            return error.kind() == vasa::core::ErrorKind::Usage;
        }
        return false;
    };
    MatteOptions options;
    options.radius = 0;
    CHECK(refuses(options));
    options = {};
    options.epsilon = std::numeric_limits<float>::quiet_NaN();
    CHECK(refuses(options));
    options = {};
    options.subsampling = 0;
    CHECK(refuses(options));
    CHECK_FALSE(refuses(MatteOptions()));
    CHECK(refine_matte(ImageU8(1, 1, 3, 9), mask).data.size() == 1);
}
