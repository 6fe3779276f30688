// SPDX-License-Identifier: Apache-2.0
#include "matte/matte_by_colour.h"

#include "vasa/head/face_code.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "support/catch.h"

using namespace vasa;

namespace {

constexpr int kSize = head::kCanvasSize_px;
constexpr face::CanvasRect kWhole = {0, 0, kSize, kSize};
using Colour = std::array<std::uint8_t, 3>;
constexpr Colour kHair = {40, 30, 30}, kGround = {190, 200, 210};

void paint(core::ImageU8& image, int x0, int y0, int x1, int y1, Colour colour) {
    for (int y = y0; y < y1; ++y) {
        for (int x = x0; x < x1; ++x) {
            std::copy(colour.begin(), colour.end(), image.at(x, y));
        }
    }
}

/// A dark head before a light ground, with a strand of hair beside it that the matte lacks, a gap
/// in the hair to which it gives half alpha, and a dark thing far away.
struct Portrait {
    core::ImageU8 canvas{kSize, kSize, 3};
    core::ImageF matte{kSize, kSize, 1, 0.0F};

    Portrait() {
        paint(canvas, 0, 0, kSize, kSize, kGround);
        for (int y = 0; y < kSize; ++y) {
            for (int x = 0; x < kSize; ++x) {
                if (std::hypot((x - 640) / 280.0, (y - 700) / 380.0) < 1) {
                    std::copy(kHair.begin(), kHair.end(), canvas.at(x, y));
                    *matte.at(x, y) = 1.0F;
                }
            }
        }
        paint(canvas, 930, 600, 936, 680, kHair);
        paint(canvas, 632, 352, 648, 368, kGround);
        for (int y = 352; y < 368; ++y) {
            std::fill(matte.at(632, y), matte.at(648, y), 0.6F);
        }
        paint(canvas, 1090, 200, 1110, 206, kHair);
    }
};

}  // namespace

TEST_CASE("strands before a smooth ground join the person, gaps leave it") {
    Portrait portrait;
    core::ImageF& matte = portrait.matte;
    CHECK(*matte.at(933, 640) == 0.0F);
    face::match_colours(portrait.canvas, kWhole, matte);
    CHECK(*matte.at(933, 640) > 0.8F);
    CHECK(*matte.at(640, 360) < 0.2F);
    CHECK(*matte.at(1100, 203) == 0.0F);
    CHECK(*matte.at(640, 700) == 1.0F);
    CHECK(*matte.at(100, 1000) == 0.0F);
}

TEST_CASE(
    "a curl that hangs on a strand joins the person, a large thing that touches it does not") {
    for (const bool is_curl : {true, false}) {
        CAPTURE(is_curl);
        Portrait portrait;
        paint(portrait.canvas, 890, 574, 990, 582, kHair);
        paint(portrait.canvas, 990, 560, 1024, is_curl ? 594 : 760, kHair);
        face::match_colours(portrait.canvas, kWhole, portrait.matte);
        CHECK((*portrait.matte.at(1006, 578) > 0.8F) == is_curl);
        CHECK((*portrait.matte.at(970, 578) > 0.8F) == is_curl);
    }
}

TEST_CASE("before a ground of many colours the matte stays") {
    Portrait portrait;
    for (int y = 0; y + 24 < kSize; y += 24) {
        for (int x = 0; x + 24 < kSize; x += 24) {
            if (*portrait.matte.at(x, y) == 0.0F) {
                paint(portrait.canvas, x, y, x + 12, y + 12, {40, 90, 60});
            }
        }
    }
    core::ImageF matte = portrait.matte;
    face::match_colours(portrait.canvas, kWhole, matte);
    float highest = 0;
    for (std::size_t i = 0; i < matte.data.size(); ++i) {
        highest = std::max(highest, std::fabs(matte.data[i] - portrait.matte.data[i]));
    }
    CHECK(highest < 0.05F);
}

TEST_CASE("a person who fills the canvas keeps the matte") {
    const Portrait portrait;
    core::ImageF matte(kSize, kSize, 1, 1.0F);
    face::match_colours(portrait.canvas, kWhole, matte);
    CHECK(std::all_of(matte.data.begin(), matte.data.end(), [](float a) { return a == 1.0F; }));
}

TEST_CASE("strands, curls and gaps depend on the constants that are named after them") {
    Portrait portrait;
    paint(portrait.canvas, 890, 574, 990, 582, kHair);
    paint(portrait.canvas, 990, 560, 1024, 594, kHair);
    const auto matched = [&](const face::MatteByColourParams& params) {
        core::ImageF matte = portrait.matte;
        face::match_colours(portrait.canvas, kWhole, matte, params);
        return matte;
    };
    const core::ImageF usual = matched({});
    CHECK(*usual.at(933, 640) > 0.8F);    // the strand
    CHECK(*usual.at(1006, 578) > 0.8F);   // the curl
    CHECK(*usual.at(640, 360) < 0.2F);    // the gap
    CHECK(*usual.at(1100, 203) == 0.0F);  // the thing far away
    face::MatteByColourParams spoiled;
    spoiled.apart_px = spoiled.connected_px = 1.0F;
    CHECK(*matched(spoiled).at(933, 640) < 0.2F);
    spoiled = {};
    spoiled.max_curl_px2 = 0;
    CHECK(*matched(spoiled).at(1006, 578) < 0.2F);
    spoiled = {};
    spoiled.doubtful = 0.1F;
    spoiled.solid = 0.5F;
    CHECK(*matched(spoiled).at(640, 360) > 0.4F);
    spoiled = {};
    spoiled.apart_px = 1000.0F;
    CHECK(*matched(spoiled).at(1100, 203) > 0.8F);
}

TEST_CASE("before a ground of many colours, trusted colours would tear the matte") {
    Portrait portrait;
    for (int y = 0; y + 24 < kSize; y += 24) {
        for (int x = 0; x + 24 < kSize; x += 24) {
            if (*portrait.matte.at(x, y) == 0.0F) {
                paint(portrait.canvas, x, y, x + 12, y + 12, {40, 90, 60});
            }
        }
    }
    const auto largest_change = [&](const face::MatteByColourParams& params) {
        core::ImageF matte = portrait.matte;
        face::match_colours(portrait.canvas, kWhole, matte, params);
        float highest = 0;
        for (std::size_t i = 0; i < matte.data.size(); ++i) {
            highest = std::max(highest, std::fabs(matte.data[i] - portrait.matte.data[i]));
        }
        return highest;
    };
    face::MatteByColourParams spoiled;
    spoiled.smooth = spoiled.plain = 1000.0F;
    spoiled.textured = spoiled.varied = 2000.0F;
    spoiled.alone = 1.0F;
    spoiled.crowded = 2.0F;
    CHECK(largest_change({}) < 0.05F);
    CHECK(largest_change(spoiled) > 0.3F);
}
