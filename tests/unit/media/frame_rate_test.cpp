// SPDX-License-Identifier: Apache-2.0
#include "frame_rate.h"

#include <cmath>
#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using media::choose_frame_rate;

namespace {

/// Times of n pictures, rounded to a tick.
std::vector<double> times(int n, double rate_hz, double tick_s = 1e-6) {
    std::vector<double> result;
    for (int i = 0; i < n; ++i) {
        result.push_back(std::round(i / rate_hz / tick_s) * tick_s);
    }
    return result;
}

std::string text(const core::Rational& rate) {
    return core::to_string(rate);
}

}  // namespace

TEST_CASE("a constant rate that the container states is kept", "[media]") {
    for (const core::Rational& rate : {core::Rational{25, 1},
                                       core::Rational{30000, 1001},
                                       core::Rational{24000, 1001},
                                       core::Rational{25, 2},
                                       core::Rational{120, 1},
                                       core::Rational{17, 1}}) {
        CAPTURE(text(rate));
        // In milliseconds, as Matroska has them.
        CHECK(text(choose_frame_rate(times(2000, rate.value(), 1e-3), rate, {1000, 1})) ==
              text(rate));
    }
}

TEST_CASE("mean rates off by a little or by dropped pictures give way to the usual one",
          "[media]") {
    CHECK(text(choose_frame_rate(times(3000, 25.0), {249999, 10000}, {25, 1})) == "25");
    std::vector<double> dropped;
    for (int i = 0; i < 100; ++i) {
        if (i < 20 || i > 45 || i % 4 == 0) {
            dropped.push_back(i / 25.0);
        }
    }
    CHECK(text(choose_frame_rate(dropped, {1625, 84}, {25, 1})) == "25");
}

TEST_CASE("rates that count ticks instead of pictures are not believed", "[media]") {
    CHECK(text(choose_frame_rate(times(100, 25.0, 1e-3), {0, 0}, {1000, 1})) == "25");
    CHECK(text(choose_frame_rate(times(100, 30.0, 1e-3), {1000, 1}, {1000, 1})) == "30");
    CHECK(text(choose_frame_rate({0.0}, {0, 1}, {90000, 1})) == "25");
    CHECK(text(choose_frame_rate({0.0}, {30, 1}, {90000, 1})) == "30");
}

TEST_CASE("irregular pictures get a usual rate that is hardly below theirs", "[media]") {
    std::vector<double> jittered;
    for (int i = 0; i < 200; ++i) {
        if (i % 7 != 3) {
            jittered.push_back(i / 25.0 + (i * 2654435761U >> 20) % 37 * 0.001);
        }
    }
    const double rate_hz = choose_frame_rate(jittered, {0, 1}, {1000, 1}).value();
    CHECK(rate_hz >= 20.0);
    CHECK(rate_hz <= 30.0);
    std::vector<double> dense = times(300, 300.0, 1e-3);
    CHECK(choose_frame_rate(dense, {0, 1}, {1000, 1}).value() <= 240.0);
}
