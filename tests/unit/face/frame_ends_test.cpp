// SPDX-License-Identifier: Apache-2.0
#include "plate/frame_ends.h"

#include "vasa/head/face_code.h"

#include "support/catch.h"

using namespace vasa;
using namespace vasa::face;

namespace {

constexpr int kMargin = head::kCanvasMargin_px, kSize = head::kCanvasSize_px;

/// A person whose shoulders fill the lower rows and whose hair goes through the upper border.
core::ImageF person() {
    core::ImageF matte(kSize, kSize, 1);
    for (int y = 0; y < kSize; ++y) {
        for (int x = 0; x < kSize; ++x) {
            const bool is_hair = x > 400 && x < 900;
            *matte.at(x, y) = y > 900 || is_hair ? 1.0F : 0.0F;
        }
    }
    return matte;
}

/// Rows of a column that show the person.
int height_at(const core::ImageF& matte, int x) {
    int height = 0;
    for (int y = 0; y < kSize; ++y) {
        height += *matte.at(x, y) > 0.5F ? 1 : 0;
    }
    return height;
}

}  // namespace

TEST_CASE("shoulders that the frame cuts are rounded beyond it") {
    core::ImageF matte = person();
    round_frame_ends(matte);
    for (const bool is_left : {true, false}) {
        const auto column = [&](int beyond) {
            return is_left ? kMargin - beyond : kSize - 1 - kMargin + beyond;
        };
        CHECK(height_at(matte, column(0)) == kSize - 901);
        CHECK(height_at(matte, column(64)) < kSize - 901 - 20);
        CHECK(height_at(matte, column(120)) < kSize - 901 - 100);
        CHECK(height_at(matte, column(128)) == 0);
    }
    core::ImageF square = person();
    FrameEndParams spoilt;
    spoilt.side_roundness_px = 0;
    round_frame_ends(square, spoilt);
    CHECK(height_at(square, kMargin - 120) > kSize - 901 - 10);
}

TEST_CASE("hair that the frame cuts becomes a dome above it") {
    core::ImageF matte = person();
    round_frame_ends(matte);
    const auto width_at = [&](int y) {
        int width = 0;
        for (int x = 0; x < kSize; ++x) {
            width += *matte.at(x, y) > 0.5F ? 1 : 0;
        }
        return width;
    };
    CHECK(width_at(kMargin) == 499);
    CHECK(width_at(kMargin / 2) < 460);
    CHECK(width_at(5) < 200);
}

TEST_CASE("rounding changes nothing inside the frame") {
    const core::ImageF before = person();
    core::ImageF after = person();
    round_frame_ends(after);
    int num_changed = 0;
    for (int y = kMargin; y < kSize; ++y) {
        for (int x = kMargin; x < kSize - kMargin; ++x) {
            num_changed += *before.at(x, y) != *after.at(x, y) ? 1 : 0;
        }
    }
    CHECK(num_changed == 0);
}
