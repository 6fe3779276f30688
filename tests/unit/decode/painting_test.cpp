// SPDX-License-Identifier: Apache-2.0
#include "kernels/painting.h"

#include <array>
#include <cstdint>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::decode::kernels;

TEST_CASE("the mouth's edges are softened, its inside less, all else keeps its colours") {
    constexpr int kSize = 16;
    // Light teeth in columns 0 to 7, a dark tongue beside them; rows 4 to 11 are inside the mouth.
    std::vector<std::uint8_t> rgb(3 * kSize * kSize), mouth(kSize * kSize, 0);
    for (int y = 0; y < kSize; ++y) {
        for (int x = 0; x < kSize; ++x) {
            const bool light = x < 8;
            for (int c = 0; c < 3; ++c) {
                rgb[3 * (y * kSize + x) + c] = light ? 200 : 40;
            }
            const auto part = light ? vasa::head::Part::TeethUpper : vasa::head::Part::Tongue;
            mouth[y * kSize + x] = y >= 4 && y < 12 ? vasa::decode::part_value(part) : 0;
        }
    }
    const auto blend = [&](int x, int y) { return mouth_softening(mouth.data(), kSize, x, y); };
    CHECK(blend(8, 8) == 1.0F);
    CHECK(blend(7, 8) == 1.0F);
    CHECK(blend(12, 8) == Approx(0.35));
    CHECK(blend(3, 8) == Approx(0.35));
    CHECK(blend(12, 4) == 1.0F);
    CHECK(blend(12, 3) == Approx(0.5));
    CHECK(blend(12, 2) == 0.0F);
    CHECK(blend(0, 15) == 0.0F);
    const auto softened = [&](int x, int y) {
        std::array<std::uint8_t, 3> out{};
        soften_mouth(rgb.data(), kSize, x, y, blend(x, y), out.data());
        return static_cast<int>(out[0]);
    };
    CHECK(softened(7, 8) < 190);
    CHECK(softened(8, 8) > 50);
    CHECK(softened(7, 8) + softened(8, 8) == Approx(240).margin(1));
    CHECK(softened(8, 3) < softened(8, 8));
    CHECK(softened(8, 2) == 40);
    CHECK(softened(12, 8) == 40);
    CHECK(softened(0, 8) == 200);
}

TEST_CASE("a network draws no cracks into teeth and no holes into mouths") {
    using vasa::head::Part;
    const auto painted = [](Part part) {
        vasa::decode::PixelRecord record{};
        record.part = vasa::decode::part_value(part);
        record.shading = 127;
        record.rgb = {200, 190, 170};
        // Black, with a blend weight of nearly 1.
        const std::array<float, 4> change = {-1.0F, -1.0F, -1.0F, 10.0F};
        std::array<std::uint8_t, 3> out{};
        blend_pixel(record, change.data(), 1, 1.0F, out.data());
        return static_cast<int>(out[0]);
    };
    CHECK(painted(Part::TeethUpper) == Approx(0.78 * 200).margin(1));
    CHECK(painted(Part::Tongue) == Approx(0.6 * 200).margin(1));
    CHECK(painted(Part::Skin) == 0);
}

TEST_CASE("a painted mouth is not greener or bluer than red, unless the geometry is") {
    using Colour = std::array<float, 3>;
    const auto limited = [](std::array<std::uint8_t, 3> geometry, Colour colour) {
        limit_tint(geometry.data(), colour.data());
        return colour;
    };
    CHECK(limited({120, 120, 120}, {150, 150, 170}) == Colour{150, 150, 150});
    CHECK(limited({120, 120, 120}, {90, 130, 90}) == Colour{90, 90, 90});
    CHECK(limited({120, 120, 120}, {100, 140, 140}) == Colour{140, 140, 140});
    CHECK(limited({180, 150, 140}, {200, 180, 165}) == Colour{200, 180, 165});  // teeth
    CHECK(limited({150, 60, 60}, {180, 70, 75}) == Colour{180, 70, 75});        // a tongue
    // In blue light teeth are blue.
    CHECK(limited({100, 110, 150}, {120, 130, 170}) == Colour{120, 130, 170});
    CHECK(limited({100, 110, 150}, {120, 130, 220}) == Colour{120, 130, 170});

    // blend_pixel() limits the tint only inside the mouth.
    vasa::decode::PixelRecord record;
    record.rgb = {120, 120, 120};
    record.shading = 127;
    const std::array<float, 4> change = {0.1F, 0.1F, 0.3F, 20.0F};
    std::array<std::uint8_t, 3> out{};
    record.part = vasa::decode::part_value(vasa::head::Part::TeethLower);
    blend_pixel(record, change.data(), 1, 1.0F, out.data());
    CHECK(static_cast<int>(out[0]) > 140);
    CHECK(static_cast<int>(out[2]) == static_cast<int>(out[0]));
    record.part = vasa::decode::part_value(vasa::head::Part::EyeLeft);
    blend_pixel(record, change.data(), 1, 1.0F, out.data());
    CHECK(static_cast<int>(out[2]) > 180);
}
