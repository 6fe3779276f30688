// SPDX-License-Identifier: Apache-2.0
#include "statistics.h"

#include "support/catch.h"

using namespace vasa::eval;

TEST_CASE("rank correlation sees order, not size") {
    CHECK(rank_correlation({0, 1, 2, 3}, {0.0, 0.1, 5.0, 5.1}) == Approx(1.0));
    CHECK(rank_correlation({0, 1, 2, 3}, {3, 2, 1, 0}) == Approx(-1.0));
    CHECK(rank_correlation({0, 1, 2, 3, 4}, {0, 1, 2, 4, 3}) == Approx(0.9));
    CHECK(rank_correlation({0, 1, 2}, {1, 1, 1}) == 0.0);
    CHECK(rank_correlation({0, 1, 2}, {0, 2, 2}) == Approx(0.866).margin(0.001));
}
