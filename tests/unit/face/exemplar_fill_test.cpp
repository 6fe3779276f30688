// SPDX-License-Identifier: Apache-2.0
#include "plate/exemplar_fill.h"

#include "vasa/core/parallel.h"
#include "vasa/core/rng.h"

#include <algorithm>
#include <cmath>

#include "support/catch.h"

using namespace vasa;

namespace {

constexpr int kSize = 256;
constexpr float kReach_px = 40;

/// Bright bars on a dark wall, behind a grey disc; or another wall.
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
        hide();
    }

    /// Paints the wall with grey of a given brightness.
    template <typename Grey>
    void paint(const Grey& grey) {
        for (int y = 0; y < kSize; ++y) {
            for (int x = 0; x < kSize; ++x) {
                std::fill_n(truth.at(x, y), 3, grey(x, y));
            }
        }
        hide();
    }

    void hide() {
        hidden = truth;
        for (int i = 0; i < kSize * kSize; ++i) {
            if (known.data[i] == 0) {
                std::fill_n(hidden.data.begin() + 3 * i, 3, 100.0F);
            }
        }
    }

    core::ImageF filled(const face::ExemplarFillParams& params = {}) const {
        return face::exemplar_fill(hidden, known, kReach_px, params);
    }

    bool is_hidden(int x, int y) const { return *known.at(x, y) == 0; }

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
    const core::ImageF filled = wall.filled();
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
    const core::ImageF filled = wall.filled();
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
    const core::ImageF one = wall.filled();
    core::set_num_threads(3);
    const core::ImageF three = wall.filled();
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
    CHECK(wall.filled().data == wall.hidden.data);
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
    CHECK(wall.filled().data != wall.hidden.data);
    CHECK(wall.filled(spoiled).data == wall.hidden.data);
}

TEST_CASE("a fill depends on search, votes and the cost of distance") {
    const Wall wall(36);
    const auto error_with = [&](const auto& change) {
        face::ExemplarFillParams params;
        change(params);
        return wall.error_of(wall.filled(params));
    };
    CHECK(error_with([](auto&) {}) < 2);
    CHECK(error_with([](auto& p) { p.votes = {0, 0, 0}; }) > 10);
    CHECK(error_with([](auto& p) { p.cost_per_px = 500; }) > 4);
}

TEST_CASE("the wall beside a hole fills it, not a smoother one far away") {
    Wall wall(30);
    core::Rng rng(5);
    wall.paint([&](int x, int /*y*/) {
        const auto noise = static_cast<float>(12 * rng.normal());
        return x > 200 ? 100.0F : 100 + noise;
    });
    const auto spread_with = [&](float cost_per_px) {
        face::ExemplarFillParams params;
        params.cost_per_px = cost_per_px;
        const core::ImageF filled = wall.filled(params);
        double sum = 0, square = 0, count = 0;
        for (int y = 0; y < kSize; ++y) {
            for (int x = 0; x < kSize; ++x) {
                if (wall.is_hidden(x, y)) {
                    const double value = *filled.at(x, y);
                    sum += value;
                    square += value * value;
                    ++count;
                }
            }
        }
        return std::sqrt(square / count - sum / count * (sum / count));
    };
    CHECK(spread_with(face::ExemplarFillParams().cost_per_px) > 7);
    // Noise is nearer to its mean than to other noise.
    CHECK(spread_with(0) < 3);
}

TEST_CASE("a smooth wall gets no edges where patches meet") {
    Wall wall(36);
    wall.paint([](int x, int y) {
        const auto u = static_cast<float>(x), v = static_cast<float>(y);
        return 40 + 0.5F * u + 0.3F * v + 8 * std::sin(0.2F * u);
    });
    const auto largest_step = [&](const auto& change) {
        face::ExemplarFillParams params;
        change(params);
        const core::ImageF filled = wall.filled(params);
        double most = 0;
        for (int y = 0; y < kSize; ++y) {
            for (int x = 0; x + 1 < kSize; ++x) {
                if (wall.is_hidden(x, y) || wall.is_hidden(x + 1, y)) {
                    const float step = *filled.at(x + 1, y) - *filled.at(x, y);
                    const float true_step = *wall.truth.at(x + 1, y) - *wall.truth.at(x, y);
                    most = std::max(most, std::abs(static_cast<double>(step - true_step)));
                }
            }
        }
        return most;
    };
    CHECK(largest_step([](auto&) {}) < 5);
    CHECK(largest_step([](auto& p) { p.num_relaxations = 0; }) > 8);
    CHECK(largest_step([](auto& p) { p.nearness = 1000; }) > 8);
}
