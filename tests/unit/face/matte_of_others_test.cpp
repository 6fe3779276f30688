// SPDX-License-Identifier: Apache-2.0
#include "matte/matte_of_others.h"

#include "support/synthetic_face.h"

#include "vasa/head/face_code.h"

#include <array>

#include "support/catch.h"

using namespace vasa;

namespace {

constexpr int kSize = head::kCanvasSize_px;
/// Columns of the canvas: the speaker stands left of the border, a neighbour right of it.
constexpr int kBorder = 950;

/// Two people in clothes of their own colours, shoulder to shoulder.
struct Couple {
    core::ImageU8 canvas{kSize, kSize, 3, 230};
    core::ImageF matte{kSize, kSize, 1};
    head::Landmarks landmarks{};
    face::OtherFace neighbour;

    Couple() {
        const head::HeadModel model = support::load_head();
        landmarks = support::make_face_code(model, 3).landmarks;
        const core::Vec2f chin = head::canvas_from_crop(landmarks[head::kChin]);
        const core::Vec2f nose = head::canvas_from_crop(landmarks[head::kNoseTip]);
        neighbour = {{1130, nose.y}, 0.8F * (chin.y - nose.y)};
        REQUIRE(nose.x < 700);
        for (int y = 200; y < kSize; ++y) {
            for (int x = 150; x < kSize; ++x) {
                const std::array<std::uint8_t, 3> colour =
                    x < kBorder ? std::array<std::uint8_t, 3>{150, 60, 50}
                                : std::array<std::uint8_t, 3>{60, 70, 120};
                std::copy(colour.begin(), colour.end(), canvas.at(x, y));
                *matte.at(x, y) = 1.0F;
            }
        }
    }

    /// Mean alpha between two columns, over all rows below the top.
    float mean(int x0, int x1) const {
        double sum = 0;
        for (int y = 200; y < kSize; ++y) {
            for (int x = x0; x < x1; ++x) {
                sum += *matte.at(x, y);
            }
        }
        return static_cast<float>(sum / ((kSize - 200.0) * (x1 - x0)));
    }
};

}  // namespace

TEST_CASE("a neighbour leaves the matte, the speaker stays in it") {
    Couple couple;
    face::drop_other_people(couple.canvas, couple.landmarks, {couple.neighbour}, couple.matte);
    CHECK(couple.mean(150, kBorder - 16) > 0.99F);
    CHECK(couple.mean(kBorder + 16, kSize) < 0.01F);
}

TEST_CASE("without another face the matte stays as it is") {
    Couple couple;
    const core::ImageF before = couple.matte;
    face::drop_other_people(couple.canvas, couple.landmarks, {}, couple.matte);
    CHECK(couple.matte.data == before.data);
}

TEST_CASE("a face printed on the speaker's chest moves along") {
    Couple couple;
    const core::ImageF before = couple.matte;
    const core::Vec2f chin = head::canvas_from_crop(couple.landmarks[head::kChin]);
    const face::OtherFace print = {{chin.x, chin.y + 150}, 60};
    face::drop_other_people(couple.canvas, couple.landmarks, {print}, couple.matte);
    CHECK(couple.matte.data == before.data);
}
