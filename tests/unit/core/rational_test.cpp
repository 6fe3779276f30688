// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/rational.h"

#include "vasa/core/error.h"
#include "vasa/core/rng.h"

#include "support/catch.h"

using namespace vasa::core;

namespace {

bool is_rate(const std::string& text, std::int64_t num, std::int64_t den) {
    const Rational rate = parse_frame_rate(text);
    return rate.num == num && rate.den == den;
}

}  // namespace

TEST_CASE("frame rates are parsed exactly and reduced", "[core]") {
    CHECK(is_rate("25", 25, 1));
    CHECK(is_rate("50/2", 25, 1));
    CHECK(is_rate("30000/1001", 30000, 1001));
    CHECK(is_rate("29.97", 30000, 1001));
    CHECK(is_rate("23.976", 24000, 1001));
    CHECK(is_rate("59.94", 60000, 1001));
    CHECK(is_rate("12.5", 25, 2));
    CHECK(is_rate("240", 240, 1));
    CHECK(to_string(parse_frame_rate("30000/1001")) == "30000/1001");
    CHECK(to_string(parse_frame_rate("25.0")) == "25");
}

TEST_CASE("anything but a frame rate within (0, 240] is a usage error", "[core]") {
    for (const char* text : {"",        "0",
                             "-25",     "241",
                             "25/0",    "0/1",
                             "1/-2",    "25 ",
                             " 25",     "25fps",
                             "nan",     "inf",
                             "1e2",     "25/1/1",
                             "240.001", "12.34567",
                             "/",       ".",
                             "+25",     "0x19",
                             "12.-5",   "99999999999999999999"}) {
        CAPTURE(text);
        try {
            parse_frame_rate(text);
            FAIL("accepted");
        } catch (const Error& error) {
            CHECK(error.kind() == ErrorKind::Usage);
        }
    }
}

TEST_CASE("the number of frames is the exact ceiling of duration times rate", "[core]") {
    CHECK(num_frames(0, 16000, {25, 1}) == 0);
    CHECK(num_frames(1, 16000, {25, 1}) == 1);
    CHECK(num_frames(16000, 16000, {25, 1}) == 25);
    CHECK(num_frames(16001, 16000, {25, 1}) == 26);
    // 1001 s at 30000/1001 are exactly 30000 frames.
    CHECK(num_frames(1001LL * 48000, 48000, {30000, 1001}) == 30000);
    CHECK(num_frames(1001LL * 48000 + 1, 48000, {30000, 1001}) == 30001);
    CHECK(num_frames(1001LL * 48000 - 1, 48000, {30000, 1001}) == 30000);
    // In double arithmetic these products are off by more than a frame.
    CHECK(num_frames(9'000'000'000'000'000'001LL, 48000, {48000, 1}) ==
          9'000'000'000'000'000'001LL);
}

TEST_CASE("a clip of n frames is longer than n - 1 frames and not longer than n", "[core]") {
    Rng rng(3);
    for (int i = 0; i < 2000; ++i) {
        const auto samples = static_cast<std::int64_t>(rng.below(100'000'000)) + 1;
        const int rate = 8000 + static_cast<int>(rng.below(88001));
        const Rational fps = i % 2 ? Rational{30000, 1001} : Rational{25, 1};
        const std::int64_t n = num_frames(samples, rate, fps);
        CHECK(n * fps.den * rate >= samples * fps.num);
        CHECK((n - 1) * fps.den * rate < samples * fps.num);
    }
}

TEST_CASE("frame counts that make no sense are errors", "[core]") {
    CHECK_THROWS_AS(num_frames(-1, 16000, {25, 1}), Error);
    CHECK_THROWS_AS(num_frames(1, 0, {25, 1}), Error);
    CHECK_THROWS_AS(num_frames(1, 16000, {25, 0}), Error);
    CHECK_THROWS_AS(num_frames(INT64_MAX, 1, {240, 1}), Error);
}
