// SPDX-License-Identifier: Apache-2.0
#include "plate/exemplar_fill.h"

#include "vasa/core/parallel.h"

#include <algorithm>
#include <cmath>

#include "support/catch.h"

using namespace vasa;

namespace {

constexpr int kSize = 256;
constexpr float kReach_px = 40;

/// Bright bars on a dark wall, behind a grey disc.
struct Wall {
    core::ImageF truth{kSize, kSize, 3}, hidden;
    core::ImageU8 known{kSize, kSize, 1};

    explicit Wall(float radius_px = 60) {
        constexpr float kBar[3] = {220, 200, 90}, kDark[3] = {30, 40, 50};
        for (int y = 0; y < kSize; ++y) {
            for (int x = 0; x < kSize; ++x) {
                const float* colour = y % 32 < 10 ? kBar : kDark;
                std::copy(colour, colour + 3, truth.at(x, y));
                *known.at(x, y) = depth_px(x, y, radius_px) > 0 ? 0 : 255;
            }
        }
        hidden = truth;
        for (int i = 0; i < kSize * kSize; ++i) {
            if (known.data[i] == 0) {
                std::fill_n(hidden.data.begin() + 3 * i, 3, 100.0F);
            }
        }
    }

    static double depth_px(int x, int y, double radius_px) {
        return radius_px - std::hypot(x - 128.0, y - 128.0);
    }

    /// Mean error of hidden pixels.
    double error_of(const core::ImageF& filled) const {
        double sum = 0, count = 0;
        for (int i = 0; i < 3 * kSize * kSize; ++i) {
            if (known.data[i / 3] == 0) {
                sum += std::abs(filled.data[i] - truth.data[i]);
                ++count;
            }
        }
        return sum / count;
    }
};

}  // namespace

TEST_CASE("bars go on behind what hides them") {
    const Wall wall(36);
    const core::ImageF filled = face::exemplar_fill(wall.hidden, wall.known, kReach_px);
    const double error = wall.error_of(filled), before = wall.error_of(wall.hidden);
    INFO("error " << error << ", " << before << " before");
    CHECK(error < 0.1 * before);
    int changed = 0;
    for (int i = 0; i < 3 * kSize * kSize; ++i) {
        changed += wall.known.data[i / 3] != 0 && filled.data[i] != wall.truth.data[i];
    }
    CHECK(changed == 0);
}

TEST_CASE("pixels deeper than the reach keep their colours") {
    const Wall wall(100);
    const core::ImageF filled = face::exemplar_fill(wall.hidden, wall.known, kReach_px);
    int deep_changed = 0, filled_pixels = 0;
    for (int y = 0; y < kSize; ++y) {
        for (int x = 0; x < kSize; ++x) {
            const double depth = Wall::depth_px(x, y, 100);
            const bool changed = *filled.at(x, y) != *wall.hidden.at(x, y);
            deep_changed += depth > kReach_px + 2 && changed;
            filled_pixels += depth > 2 && depth < kReach_px - 2 && changed;
        }
    }
    CHECK(deep_changed == 0);
    CHECK(filled_pixels > 10000);
}

TEST_CASE("the number of threads does not change what is filled") {
    const Wall wall;
    const int before = core::num_threads();
    core::set_num_threads(1);
    const core::ImageF one = face::exemplar_fill(wall.hidden, wall.known, kReach_px);
    core::set_num_threads(3);
    const core::ImageF three = face::exemplar_fill(wall.hidden, wall.known, kReach_px);
    core::set_num_threads(before);
    CHECK(one.data == three.data);
}

TEST_CASE("where too little is seen nothing is filled") {
    Wall wall;
    for (int y = 0; y < kSize; ++y) {
        for (int x = 12; x < kSize; ++x) {
            *wall.known.at(x, y) = 0;
        }
    }
    CHECK(face::exemplar_fill(wall.hidden, wall.known, kReach_px).data == wall.hidden.data);
}

TEST_CASE("with a few sources alone a picture would be filled by repeating them") {
    Wall wall;
    for (int y = 0; y < kSize; ++y) {
        for (int x = 40; x < kSize; ++x) {
            *wall.known.at(x, y) = 0;
        }
    }
    face::ExemplarFillParams spoiled;
    spoiled.min_sources = 1000;
    CHECK(face::exemplar_fill(wall.hidden, wall.known, kReach_px).data != wall.hidden.data);
    CHECK(face::exemplar_fill(wall.hidden, wall.known, kReach_px, spoiled).data ==
          wall.hidden.data);
}
