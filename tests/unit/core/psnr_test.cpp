// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/psnr.h"

#include <cmath>

#include "support/catch.h"

using vasa::core::ImageU8;

TEST_CASE("PSNR is that of the difference", "[core]") {
    const ImageU8 a(16, 16, 3, 100), b(16, 16, 3, 110);
    CHECK(vasa::core::psnr(a, b) == Approx(20 * std::log10(255.0 / 10.0)).margin(0.01));
    CHECK(vasa::core::psnr(a, a) > 100);
}
