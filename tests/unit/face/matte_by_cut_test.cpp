// SPDX-License-Identifier: Apache-2.0
#include "matte/matte_by_cut.h"

#include "vasa/core/rng.h"
#include "vasa/head/face_code.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "support/catch.h"

using namespace vasa;

namespace {

constexpr int kSize = head::kCanvasSize_px;
constexpr face::CanvasRect kWhole = {0, 0, kSize, kSize};
constexpr int kNose_y = 700;

/// A head with a hat of its own colour before a noisy ground: the network is sure of the head and
/// of a part of the hat, and sees a trace of a person in the rest of the hat and far beyond.
struct Hatted {
    core::ImageU8 canvas{kSize, kSize, 3};
    core::ImageF matte{kSize, kSize, 1, 0.0F};

    static bool is_head(int x, int y) { return std::hypot(x - 640, y - 700) < 220; }
    static bool is_hat(int x, int y) { return std::abs(x - 640) < 240 && y > 300 && y < 520; }

    Hatted() {
        core::Rng rng(4);
        for (int y = 0; y < kSize; ++y) {
            for (int x = 0; x < kSize; ++x) {
                std::array<int, 3> colour = {60, 120, 70};
                float seen = std::abs(x - 640) < 300 && y > 200 && y < 560 ? 0.1F : 0.0F;
                if (is_hat(x, y)) {
                    colour = {190, 40, 40};
                    seen = y > 440 ? 1.0F : 0.1F;
                }
                if (is_head(x, y)) {
                    colour = {200, 150, 130};
                    seen = 1.0F;
                }
                for (int c = 0; c < 3; ++c) {
                    canvas.at(x, y)[c] =
                        static_cast<std::uint8_t>(colour[c] + static_cast<int>(rng.below(25)) - 12);
                }
                *matte.at(x, y) = seen;
            }
        }
    }
};

}  // namespace

TEST_CASE("a hat that the network hardly sees joins the person, the ground beside it does not") {
    Hatted scene;
    const core::ImageF before = scene.matte;
    face::cut_doubtful_areas(scene.canvas, kWhole, kNose_y, scene.matte);
    CHECK(*scene.matte.at(640, 340) > 0.9F);
    CHECK(*scene.matte.at(440, 400) > 0.9F);
    CHECK(*scene.matte.at(640, 240) == Approx(0.1F).margin(0.02));
    CHECK(*scene.matte.at(370, 400) == Approx(0.1F).margin(0.02));
    for (std::size_t i = 0; i < before.data.size(); ++i) {
        REQUIRE(scene.matte.data[i] >= before.data[i]);
    }
    Hatted again;
    face::cut_doubtful_areas(again.canvas, kWhole, kNose_y, again.matte);
    CHECK(again.matte.data == scene.matte.data);
}

TEST_CASE("without wide doubt above the nose the matte stays") {
    Hatted scene;
    for (int y = 0; y < kSize; ++y) {
        for (int x = 0; x < kSize; ++x) {
            float& a = *scene.matte.at(x, y);
            a = a < 1.0F ? 0.0F : a;
        }
    }
    for (int y = 800; y < 1200; ++y) {  // doubt, but at the shoulders
        std::fill(scene.matte.at(100, y), scene.matte.at(400, y), 0.2F);
    }
    const core::ImageF before = scene.matte;
    face::cut_doubtful_areas(scene.canvas, kWhole, kNose_y, scene.matte);
    CHECK(scene.matte.data == before.data);
}

TEST_CASE("a matte that is nothing but doubt stays") {
    Hatted scene;
    std::fill(scene.matte.data.begin(), scene.matte.data.end(), 0.3F);
    const core::ImageF before = scene.matte;
    face::cut_doubtful_areas(scene.canvas, kWhole, kNose_y, scene.matte);
    CHECK(scene.matte.data == before.data);
}

TEST_CASE("what a cut adds depends on the constants of doubt and traces") {
    const Hatted scene;
    const auto cut = [&](const face::MatteByCutParams& params) {
        core::ImageF matte = scene.matte;
        face::cut_doubtful_areas(scene.canvas, kWhole, kNose_y, matte, params);
        return matte;
    };
    CHECK(*cut({}).at(640, 340) > 0.9F);
    face::MatteByCutParams spoiled;
    spoiled.none = 0.2F;
    spoiled.all = 0.5F;
    CHECK(*cut(spoiled).at(640, 340) < 0.2F);
    spoiled = {};
    spoiled.wide_px = 151;  // wider than the doubt
    CHECK(cut(spoiled).data == scene.matte.data);
    spoiled = {};
    spoiled.min_doubt_px2 = 1000000;
    CHECK(cut(spoiled).data == scene.matte.data);
}
