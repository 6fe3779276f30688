// SPDX-License-Identifier: Apache-2.0
#include "plate/layers.h"

#include "vasa/core/rng.h"
#include "vasa/head/face_code.h"

#include <algorithm>
#include <cmath>

#include "support/catch.h"

using namespace vasa;

namespace {

constexpr int kSize = head::kCanvasSize_px;
constexpr face::CanvasRect kWhole = {0, 0, kSize, kSize};

/// A red disc with a soft edge of 24 pixels on a green ground with fine stripes.
struct Scene {
    core::ImageU8 canvas{kSize, kSize, 3};
    core::ImageU8 ground{kSize, kSize, 3};
    core::ImageF matte{kSize, kSize, 1};

    Scene() {
        for (int y = 0; y < kSize; ++y) {
            for (int x = 0; x < kSize; ++x) {
                const double d = std::hypot(x - 640.0, y - 640.0);
                const auto a = static_cast<float>(std::clamp((332.0 - d) / 24, 0.0, 1.0));
                *matte.at(x, y) = a;
                const float person[3] = {200, 40, 40};
                const float stripes = (x / 8) % 2 == 0 ? 10.0F : -10.0F;
                const float back[3] = {40 + stripes, 120 + stripes, 60 + stripes};
                for (int c = 0; c < 3; ++c) {
                    ground.at(x, y)[c] = static_cast<std::uint8_t>(back[c]);
                    canvas.at(x, y)[c] =
                        static_cast<std::uint8_t>(a * person[c] + (1 - a) * back[c] + 0.5F);
                }
            }
        }
    }
};

}  // namespace

TEST_CASE("the plate keeps the background and shows nothing of the person") {
    const Scene scene;
    const auto crop = face::crop_from_canvas(scene.canvas);
    const auto plate = face::make_plate(crop, scene.matte, kWhole);
    int changed = 0, red = 0;
    for (int y = 0; y < 512; ++y) {
        for (int x = 0; x < 512; ++x) {
            const double d = std::hypot(x - 256.0, y - 256.0);
            if (d > 166 + 20) {
                changed += !std::equal(crop.at(x, y), crop.at(x, y) + 3, plate.at(x, y));
            }
            red += plate.at(x, y)[0] > 75;
        }
    }
    CHECK(changed == 0);
    CHECK(red == 0);
}

TEST_CASE("beyond the image's border the plate shows nothing of the person either") {
    Scene scene;
    constexpr int kBorder = 128 + 2 * 120;  // 120 crop rows are made up, partly from the red disc
    for (int y = 0; y < kBorder; ++y) {
        for (int x = 0; x < kSize; ++x) {
            std::copy(scene.canvas.at(x, kBorder),
                      scene.canvas.at(x, kBorder) + 3,
                      scene.canvas.at(x, y));
            *scene.matte.at(x, y) = 0.0F;
        }
    }
    const auto crop = face::crop_from_canvas(scene.canvas);
    CHECK(crop.at(256, 60)[0] > 150);
    const auto plate = face::make_plate(crop, scene.matte, {0, kBorder, kSize, kSize});
    int red = 0;
    for (int y = 0; y < 512; ++y) {
        for (int x = 0; x < 512; ++x) {
            red += plate.at(x, y)[0] > 75;
        }
    }
    CHECK(red == 0);
}

TEST_CASE("a person who fills the frame leaves the crop as the plate") {
    const Scene scene;
    const auto crop = face::crop_from_canvas(scene.canvas);
    const core::ImageF all(kSize, kSize, 1, 1.0F);
    CHECK(face::make_plate(crop, all, kWhole).data == crop.data);
}

TEST_CASE("soft edges get the person's own colour, and over the ground give the photo again") {
    const Scene scene;
    const auto plate = face::make_plate(face::crop_from_canvas(scene.canvas), scene.matte, kWhole);
    const auto layer = face::make_foreground(scene.canvas, scene.matte, plate);
    int solid_changed = 0, soft = 0;
    double colour = 0, photo = 0;
    for (int y = 128; y < kSize - 128; ++y) {
        for (int x = 128; x < kSize - 128; ++x) {
            const float a = *scene.matte.at(x, y);
            const auto* f = layer.at(x, y);
            const auto* c = scene.canvas.at(x, y);
            if (a == 1.0F) {
                solid_changed += !std::equal(c, c + 3, f) || f[3] != 255;
            } else if (a > 0.3F) {
                ++soft;
                colour += std::abs(f[0] - 200);
                const auto* b = plate.at((x - 128) / 2, (y - 128) / 2);
                photo += std::abs(a * static_cast<float>(f[0]) +
                                  (1 - a) * static_cast<float>(b[0]) - static_cast<float>(c[0]));
            }
        }
    }
    CHECK(solid_changed == 0);
    REQUIRE(soft > 1000);
    CHECK(colour / soft < 15);
    CHECK(photo / soft < 4);
}
