// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/colour.h"

#include <array>
#include <cstdint>

#include "support/catch.h"

using namespace vasa::core;
using Rgb = std::array<std::uint8_t, 3>;

TEST_CASE("luminance of grey is its value, and green counts most") {
    for (const std::uint8_t v : {0, 1, 100, 255}) {
        const Rgb grey = {v, v, v};
        CHECK(luminance(grey.data()) == Approx(v));
    }
    CHECK(luminance(0, 200, 0) > luminance(200, 0, 0));
    CHECK(luminance(200, 0, 0) > luminance(0, 0, 200));
}

TEST_CASE("saturation is 0 for greys and 1 for pure colours, whatever the brightness") {
    for (const std::uint8_t v : {0, 1, 100, 255}) {
        const Rgb grey = {v, v, v}, red = {v, 0, 0};
        CHECK(saturation(grey.data()) == 0.0F);
        CHECK(saturation(red.data()) == (v > 0 ? 1.0F : 0.0F));
    }
    const Rgb skin = {200, 150, 120};
    CHECK(saturation(skin.data()) == Approx(0.4));
    // Mean colours of nearly black areas must not count as saturated.
    CHECK(saturation(0.2F, 0, 0) == Approx(0.2));
}

TEST_CASE("teeth are paler than skin, and a tongue is not") {
    const Rgb skin = {200, 150, 120}, teeth = {225, 210, 180}, tongue = {190, 110, 105};
    const float most = max_teeth_saturation(saturation(skin.data()));
    CHECK(saturation(teeth.data()) < most);
    CHECK(saturation(tongue.data()) > most);
    // The colour that JPEG adds to a black-and-white portrait is allowed.
    const Rgb grey_teeth = {210, 208, 206};
    CHECK(saturation(grey_teeth.data()) < max_teeth_saturation(0));
}
