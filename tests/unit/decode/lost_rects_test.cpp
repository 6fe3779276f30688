// SPDX-License-Identifier: Apache-2.0
#include "../../../src/decode/lost_rects.h"

#include "support/catch.h"

using namespace vasa::decode;

TEST_CASE("rectangles hold what is lost with surroundings, on the network's grid") {
    LostCells cells;
    CHECK(cells.rects().empty());
    cells.add_inside(200.0F, 301.0F);
    const auto rects = cells.rects();
    REQUIRE(rects.size() == 1);
    const PixelRect& r = rects[0];
    CHECK(r.x <= 200 - 32);
    CHECK(r.y <= 301 - 32);
    CHECK(r.x + r.width >= 200 + 32);
    CHECK(r.y + r.height >= 301 + 32);
    for (const int v : {r.x, r.y, r.width, r.height}) {
        CHECK(v % kLostStride_px == 0);
    }
}

TEST_CASE("rectangles stay inside the frame and apart from each other") {
    LostCells cells;
    for (const auto& [x, y] : {std::pair<float, float>{1, 1},
                               {510, 3},
                               {250, 250},
                               {330, 250},
                               {250, 340},
                               {511, 511},
                               {600, 20},
                               {-5, 20}}) {
        cells.add_inside(x, y);
    }
    const auto rects = cells.rects();
    REQUIRE(rects.size() >= 3);
    for (std::size_t i = 0; i < rects.size(); ++i) {
        const PixelRect& a = rects[i];
        CHECK(a.x >= 0);
        CHECK(a.y >= 0);
        CHECK(a.x + a.width <= 512);
        CHECK(a.y + a.height <= 512);
        for (std::size_t j = 0; j < i; ++j) {
            const PixelRect& b = rects[j];
            const bool apart = a.x >= b.x + b.width || b.x >= a.x + a.width ||
                               a.y >= b.y + b.height || b.y >= a.y + a.height;
            CHECK(apart);
        }
    }
}

TEST_CASE("specks of hidden skin are left to the geometry") {
    LostCells few, many;
    few.add_hidden(100, 100, 5.0F);
    CHECK(few.rects().empty());
    for (int i = 0; i < 10; ++i) {
        many.add_hidden(100, 100, 5.0F);
    }
    CHECK(many.rects().size() == 1);
}
