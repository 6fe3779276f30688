// SPDX-License-Identifier: Apache-2.0
#include "network/disoccluded_rects.h"

#include "support/catch.h"

using namespace vasa;
using namespace vasa::decode;

TEST_CASE("rectangles hold what is disoccluded with surroundings, on the network's grid") {
    DisoccludedCells cells;
    CHECK(cells.rects().empty());
    cells.add_opening({{200.0F, 301.0F}});
    const auto rects = cells.rects();
    REQUIRE(rects.size() == 1);
    const PixelRect& r = rects[0];
    CHECK(r.x <= 200 - 12);
    CHECK(r.y <= 301 - 12);
    CHECK(r.x + r.width >= 200 + 12);
    CHECK(r.y + r.height >= 301 + 12);
    for (const int v : {r.x, r.y, r.width, r.height}) {
        CHECK(v % kPatchStride_px == 0);
    }
}

TEST_CASE("rectangles stay inside the frame and become one where that is less work") {
    DisoccludedCells cells;
    for (const vasa::core::Vec2f& place : {vasa::core::Vec2f{1, 1},
                                           {500, 3},
                                           {248, 248},
                                           {285, 250},
                                           {248, 400},
                                           {504, 504},
                                           {600, 20},
                                           {-50, 20}}) {
        cells.add_opening({place});
    }
    const auto rects = cells.rects();
    CHECK(rects.size() == 5);
    for (const PixelRect& rect : rects) {
        CHECK(rect.x >= 0);
        CHECK(rect.y >= 0);
        CHECK(rect.x + rect.width <= 512);
        CHECK(rect.y + rect.height <= 512);
    }
}

TEST_CASE("specks of hidden skin are left to the geometry") {
    DisoccludedCells few, many;
    few.add_hidden(100, 100, 5.0F);
    CHECK(few.rects().empty());
    for (int i = 0; i < 20; ++i) {
        many.add_hidden(100, 100, 5.0F);
    }
    CHECK(many.rects().size() == 1);
}
