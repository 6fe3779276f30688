// SPDX-License-Identifier: Apache-2.0
#include "portrait_crop.h"

#include "vasa/head/face_code.h"

#include <cmath>
#include <cstdlib>

#include "support/catch.h"

using namespace vasa;

namespace {

/// Landmarks spread over an upright face box; the outer eye corners on its upper third.
vision::FaceLandmarks face_at(float cx, float cy, float height) {
    vision::FaceLandmarks face;
    for (int i = 0; i < core::kNumLandmarks; ++i) {
        const auto t = static_cast<float>(i) * 0.61F;
        face.points[i] = {cx + 0.4F * height * std::cos(t), cy + 0.5F * height * std::sin(t), 0};
    }
    face.points[core::kRightEyeOuter] = {cx - 0.25F * height, cy - 0.15F * height, 0};
    face.points[core::kLeftEyeOuter] = {cx + 0.25F * height, cy - 0.15F * height, 0};
    return face;
}

core::ImageU8 ramp(int width, int height) {
    core::ImageU8 image(width, height, 3);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            image.at(x, y)[0] = static_cast<std::uint8_t>(255 * x / width);
            image.at(x, y)[1] = static_cast<std::uint8_t>(255 * y / height);
            image.at(x, y)[2] = 60;
        }
    }
    return image;
}

bool all_inside(const face::PortraitCrop& crop) {
    const face::CanvasRect& r = crop.inside;
    return r.x0 <= 128 && r.y0 <= 128 && r.x1 >= 128 + 1024 && r.y1 >= 128 + 1024;
}

}  // namespace

TEST_CASE("the crop stays inside the image where it can: it shifts, then shrinks, then pads") {
    const auto image = ramp(600, 800);
    SECTION("room enough") {
        const auto crop = face::choose_crop(image, face_at(300, 400, 150));
        CHECK(crop.image_px_per_crop_px == Approx(2.7 * 150 / 512).epsilon(0.02));
        CHECK(all_inside(crop));
    }
    SECTION("near a corner") {
        const auto crop = face::choose_crop(image, face_at(80, 100, 150));
        CHECK(crop.image_px_per_crop_px == Approx(2.7 * 150 / 512).epsilon(0.02));
        CHECK(all_inside(crop));
        CHECK(crop.crop_from_image(0, 0).x == Approx(0).margin(0.01));
    }
    SECTION("a large face") {
        const auto crop = face::choose_crop(image, face_at(300, 400, 280));
        CHECK(crop.image_px_per_crop_px == Approx(600.0 / 512));
        CHECK(all_inside(crop));
    }
    SECTION("a face that fills the image") {
        const auto crop = face::choose_crop(image, face_at(300, 400, 600));
        CHECK(crop.image_px_per_crop_px == Approx(600.0 / 512));
        CHECK(all_inside(crop));
    }
    SECTION("a face that is larger than the image") {
        const auto crop = face::choose_crop(image, face_at(300, 400, 1000));
        CHECK(crop.image_px_per_crop_px == Approx(0.75 * 1000 / 512).epsilon(0.02));
        CHECK_FALSE(all_inside(crop));
    }
}

TEST_CASE("one crop holds all places of a moving face") {
    const auto image = ramp(900, 700);
    const auto left = face_at(350, 350, 150), right = face_at(500, 330, 150);
    const auto crop = face::choose_crop(image, {left, right});
    for (const auto& face : {left, right}) {
        for (const auto& p : face.points) {
            const core::Vec2f q = crop.crop_from_image(p.x, p.y);
            CHECK((q.x > 0 && q.x < 512 && q.y > 0 && q.y < 512));
        }
    }
}

TEST_CASE("the canvas shows the image where the map says, and its border beyond") {
    const auto image = ramp(600, 800);
    const auto crop = face::choose_crop(image, face_at(300, 400, 1000));
    const auto canvas = face::cut_canvas(image, crop);
    REQUIRE(canvas.width == head::kCanvasSize_px);
    const core::Affine2 back = crop.crop_from_image.inverse();
    int worst = 0;
    for (int y = crop.inside.y0 + 4; y < crop.inside.y1 - 4; y += 7) {
        for (int x = crop.inside.x0 + 4; x < crop.inside.x1 - 4; x += 7) {
            const core::Vec2f p = back((x + 0.5 - 128) / 2, (y + 0.5 - 128) / 2);
            const int red = static_cast<int>(255 * p.x / 600),
                      green = static_cast<int>(255 * p.y / 800);
            worst = std::max(worst, std::abs(canvas.at(x, y)[0] - red));
            worst = std::max(worst, std::abs(canvas.at(x, y)[1] - green));
        }
    }
    CHECK(worst <= 2);
    REQUIRE(crop.inside.x0 > 40);
    CHECK(canvas.at(2, 640)[0] < 40);
    CHECK(canvas.at(2, 640)[2] == 60);
    CHECK(canvas.at(head::kCanvasSize_px - 3, 640)[0] > 215);
    // The crop is the canvas at half size, exactly.
    const auto half = face::crop_from_canvas(canvas);
    int unequal = 0;
    for (int y = 0; y < 512; ++y) {
        for (int x = 0; x < 512; ++x) {
            int sum = 2;
            for (int k = 0; k < 4; ++k) {
                sum += canvas.at(2 * x + 128 + k % 2, 2 * y + 128 + k / 2)[0];
            }
            unequal += half.at(x, y)[0] != sum / 4;
        }
    }
    CHECK(unequal == 0);
}

TEST_CASE("a face of the smallest image gives a crop and a canvas") {
    const auto image = ramp(1, 1);
    const auto crop = face::choose_crop(image, face_at(0.5F, 0.5F, 30));
    CHECK(face::cut_canvas(image, crop).data.size() == 3U * 1280 * 1280);
}
