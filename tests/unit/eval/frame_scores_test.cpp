// SPDX-License-Identifier: Apache-2.0
#include "clip/frame_scores.h"

#include "image_metrics.h"
#include "motion/landmark_curves.h"
#include "support/synthetic_face.h"

#include "vasa/core/rng.h"

#include <algorithm>
#include <cmath>

#include "support/catch.h"

namespace vasa::test {
namespace {

using core::ImageU8;
using head::Landmarks;

constexpr int kSize = head::kFrameSize_px;

Landmarks centred_face() {
    const head::HeadModel model = support::load_head();
    head::LandmarkFit fit;
    fit.pose = support::centred_pose();
    fit.identity.assign(60, 0.0F);
    return support::make_landmarks(model, fit);
}

/// Stripes whose brightness varies with a period of `period` pixels.
ImageU8 stripes(int size, double period) {
    ImageU8 image(size, size, 3);
    for (int y = 0; y < size; ++y) {
        for (int x = 0; x < size; ++x) {
            const double wave = std::sin(6.283185 * (x + 0.5) / period);
            std::fill_n(image.at(x, y), 3, static_cast<std::uint8_t>(128 + 100 * wave));
        }
    }
    return image;
}

ImageU8 noisy(ImageU8 image, double sigma, std::uint64_t seed) {
    core::Rng rng(seed);
    for (std::uint8_t& v : image.data) {
        v = static_cast<std::uint8_t>(std::clamp(v + sigma * rng.normal(), 0.0, 255.0));
    }
    return image;
}

}  // namespace

TEST_CASE("sharpness falls with detail, not with the size of the picture") {
    Landmarks face = centred_face();
    const auto sharp = eval::gradient_energy(stripes(kSize, 12), face);
    const auto dull = eval::gradient_energy(stripes(kSize, 48), face);
    Landmarks large = face;
    for (core::Vec2f& p : large) {
        p = {2 * p.x, 2 * p.y};
    }
    const auto enlarged = eval::gradient_energy(stripes(2 * kSize, 24), large);
    for (int r = 0; r < eval::kNumSharpRegions; ++r) {
        INFO(r);
        CHECK(sharp[r] > 8 * dull[r]);
        CHECK(enlarged[r] == Approx(sharp[r]).epsilon(0.1));
    }
}

TEST_CASE("structural similarity is 1 for equal images and falls with noise") {
    const ImageU8 image = stripes(128, 16);
    CHECK(eval::ssim(image, image) == Approx(1));
    const double little = eval::ssim(image, noisy(image, 5, 1)),
                 much = eval::ssim(image, noisy(image, 40, 1));
    CHECK(little < 1);
    CHECK(much < little - 0.1);
    // A shift in brightness alone costs little.
    ImageU8 brighter = image;
    for (std::uint8_t& v : brighter.data) {
        v = static_cast<std::uint8_t>(v + 10);
    }
    CHECK(eval::ssim(image, brighter) > much);
}

TEST_CASE("a hard paste raises the contrast across the outline") {
    const Landmarks face = centred_face();
    constexpr int kMask = 256;
    core::ImageF mask(kMask, kMask, 1);
    ImageU8 smooth(kSize, kSize, 3), pasted(kSize, kSize, 3);
    const auto radius_at = [](double x, double y, double size) {
        return std::hypot(x - size / 2, y - size / 2) / size;
    };
    constexpr double kRadius = 0.35;
    for (int y = 0; y < kMask; ++y) {
        for (int x = 0; x < kMask; ++x) {
            mask.at(x, y)[0] = static_cast<float>(
                1 / (1 + std::exp(100 * (radius_at(x + 0.5, y + 0.5, kMask) - kRadius))));
        }
    }
    for (int y = 0; y < kSize; ++y) {
        for (int x = 0; x < kSize; ++x) {
            const double r = radius_at(x + 0.5, y + 0.5, kSize);
            std::fill_n(smooth.at(x, y), 3, static_cast<std::uint8_t>(200 - 150 * r));
            std::fill_n(pasted.at(x, y), 3, static_cast<std::uint8_t>(r < kRadius ? 180 : 90));
        }
    }
    const double soft = eval::outline_contrast(smooth, mask, face);
    CHECK(soft > 0);
    CHECK(soft < 5);
    CHECK(eval::outline_contrast(pasted, mask, face) == Approx(90).margin(10));
}

TEST_CASE("only what changes in the background counts as flicker") {
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 4);
    const ImageU8 frame = stripes(kSize, 32);
    eval::StillBackground still(code, {}, kSize, kSize);
    CHECK(std::isnan(still.flicker()));
    still.add(frame, frame, code.landmarks);
    CHECK(still.flicker() == 0);

    ImageU8 other_face = frame;
    for (int y = kSize / 2 - 20; y < kSize / 2 + 20; ++y) {
        std::fill_n(other_face.at(kSize / 2 - 20, y), 3 * 40, std::uint8_t{0});
    }
    still.add(frame, other_face, code.landmarks);
    CHECK(still.flicker() == 0);

    eval::StillBackground grainy(code, {}, kSize, kSize);
    grainy.add(noisy(frame, 4, 1), noisy(frame, 4, 2), code.landmarks);
    CHECK(grainy.flicker() > 2);
}

}  // namespace vasa::test
