// SPDX-License-Identifier: Apache-2.0
#include "kernels/painting.h"

#include <array>
#include <cstdint>
#include <vector>

#include "support/catch.h"

using namespace vasa::decode::kernels;

TEST_CASE("the mouth's edges are softened, all else keeps its colours") {
    constexpr int kSize = 16;
    // Light teeth in columns 4 to 7, dark ones beside them; rows 4 to 11 lie inside of the mouth.
    std::vector<std::uint8_t> rgb(3 * kSize * kSize), mouth(kSize * kSize, 0);
    for (int y = 0; y < kSize; ++y) {
        for (int x = 0; x < kSize; ++x) {
            const bool light = x >= 4 && x < 8;
            for (int c = 0; c < 3; ++c) {
                rgb[3 * (y * kSize + x) + c] = light ? 200 : 40;
            }
            mouth[y * kSize + x] = y >= 4 && y < 12 ? 1 : 0;
        }
    }
    const auto share = [&](int x, int y) { return mouth_softening(mouth.data(), kSize, x, y); };
    CHECK(share(8, 8) == 1.0F);
    CHECK(share(8, 4) == 1.0F);
    CHECK(share(8, 3) == Approx(0.5));
    CHECK(share(8, 2) == 0.0F);
    CHECK(share(0, 15) == 0.0F);
    const auto softened = [&](int x, int y) {
        std::array<std::uint8_t, 3> out{};
        soften_mouth(rgb.data(), kSize, x, y, share(x, y), out.data());
        return static_cast<int>(out[0]);
    };
    CHECK(softened(7, 8) < 190);
    CHECK(softened(8, 8) > 50);
    CHECK(softened(7, 8) + softened(8, 8) == Approx(240).margin(1));
    CHECK(softened(8, 3) < softened(8, 8));
    CHECK(softened(8, 2) == 40);
    CHECK(softened(12, 8) == 40);
    CHECK(softened(0, 8) == 40);
}
