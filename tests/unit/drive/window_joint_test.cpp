// SPDX-License-Identifier: Apache-2.0
#include "diffusion/window_joint.h"

#include <array>
#include <cmath>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::drive;

namespace {

constexpr int kFrames = 40;

/// A value that rises by `speed` per frame from `first`, in every column.
std::vector<float> ramp(float first, float speed, int num_frames) {
    std::vector<float> rows;
    for (int i = 0; i < num_frames; ++i) {
        rows.insert(rows.end(), motion::kMotionWidth, first + speed * static_cast<float>(i));
    }
    return rows;
}

}  // namespace

TEST_CASE("a window that already goes on from the one before stays as it is", "[motion]") {
    const std::vector<float> before = ramp(1.0F, 0.1F, 2);
    std::vector<float> window = ramp(1.2F, 0.1F, kFrames);
    const std::vector<float> original = window;
    join_window(before.data(), window.data(), kFrames);
    for (size_t i = 0; i < window.size(); ++i) {
        CHECK_THAT(window[i], Catch::Matchers::WithinAbs(original[i], 1e-5));
    }
}

TEST_CASE("a jump and a change of speed are taken from a joint and fade out", "[motion]") {
    const std::vector<float> before = ramp(0.0F, 0.1F, 2);
    std::vector<float> window = ramp(1.0F, -0.1F, kFrames);
    const std::vector<float> original = window;
    join_window(before.data(), window.data(), kFrames);
    // The head continues from 0.1 at 0.1 per frame; a jump of 0.9 is removed.
    CHECK_THAT(window[0], Catch::Matchers::WithinAbs(0.1F, 0.11F));
    const auto at = [&](int i) {
        return i < 0 ? before[(i + 2) * motion::kMotionWidth] : window[i * motion::kMotionWidth];
    };
    for (int i = 0; i + 1 < kFrames; ++i) {
        const float turn = at(i + 1) - 2.0F * at(i) + at(i - 1);
        CHECK(std::abs(turn) < 0.12F);
    }
    // The face fades within 0.16 s, the head within 0.64 s.
    for (int k = 0; k < motion::kMotionWidth; ++k) {
        const int faded = k < motion::kGazeIndex ? 16 : 4;
        for (int i = faded; i < kFrames; ++i) {
            CHECK(window[i * motion::kMotionWidth + k] == original[i * motion::kMotionWidth + k]);
        }
    }
}
