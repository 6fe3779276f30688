// SPDX-License-Identifier: Apache-2.0
#include "vasa/speech/silence.h"

#include <cmath>
#include <vector>

#include "support/catch.h"

using vasa::speech::is_silent;

TEST_CASE("quiet speech is not silence, dither is") {
    const auto tone = [](double level_db) {
        std::vector<float> samples;
        for (int i = 0; i < 1600; ++i) {
            samples.push_back(
                static_cast<float>(std::pow(10.0, level_db / 20) * std::sin(0.2 * i)));
        }
        return samples;
    };
    CHECK_FALSE(is_silent(tone(-50)));
    CHECK_FALSE(is_silent(tone(-70)));
    CHECK(is_silent(tone(-84)));  // two steps of 16 bits
    CHECK(is_silent({}));
}
