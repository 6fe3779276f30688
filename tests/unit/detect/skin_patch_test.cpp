// SPDX-License-Identifier: Apache-2.0
#include "skin_patch.h"

#include "vasa/core/rng.h"

#include <cmath>

#include "support/catch.h"

using namespace vasa;
using detect::kPatchSide;
using detect::match_patches;
using detect::PatchMatch;
using detect::SkinPatch;

namespace {

/// Skin with detail of some steps' size, the same for a seed; seen from a place, turned and lit.
struct View {
    double x = 0, y = 0, turn_rad = 0, light = 1;
};

SkinPatch skin(std::uint64_t seed, const View& view = {}) {
    core::Rng random(seed);
    double phases[12], waves[12][2];
    for (int i = 0; i < 12; ++i) {
        phases[i] = random.uniform() * 6.28;
        waves[i][0] = (random.uniform() - 0.5) * 2;
        waves[i][1] = (random.uniform() - 0.5) * 2;
    }
    SkinPatch patch;
    std::size_t index = 0;
    constexpr int kCentre = kPatchSide / 2;
    for (int v = 0; v < kPatchSide; ++v) {
        for (int u = 0; u < kPatchSide; ++u) {
            const double a = u - kCentre, b = v - kCentre;
            const double x = std::cos(view.turn_rad) * a - std::sin(view.turn_rad) * b + view.x;
            const double y = std::sin(view.turn_rad) * a + std::cos(view.turn_rad) * b + view.y;
            double value = 120 + x;
            for (int i = 0; i < 12; ++i) {
                value += 3 * std::cos(waves[i][0] * x + waves[i][1] * y + phases[i]);
            }
            patch[index++] = static_cast<float>(value * view.light);
        }
    }
    return patch;
}

}  // namespace

TEST_CASE("skin that moved and turned is the same skin in the same light") {
    for (const View& view : {View{}, View{1.3, -0.6}, View{0.4, 0.2, 0.1}, View{-2.2, 1, -0.08}}) {
        INFO(view.x << " " << view.y << " " << view.turn_rad);
        const PatchMatch match = match_patches(skin(1), skin(1, view));
        REQUIRE(match.is_found);
        CHECK(match.likeness > 0.97F);
        CHECK(std::abs(match.light) < 0.004F);
    }
}

TEST_CASE("a change of the light is measured, also of skin that moved") {
    for (const double light : {0.85, 1.1}) {
        View view{0.7, -0.5, 0.05};
        view.light = light;
        const PatchMatch match = match_patches(skin(2), skin(2, view));
        REQUIRE(match.is_found);
        CHECK(match.likeness > 0.95F);
        CHECK(std::abs(static_cast<double>(match.light) - std::log(light)) < 0.01);
    }
}

TEST_CASE("other skin is not alike, and black has no light to compare") {
    const PatchMatch match = match_patches(skin(3), skin(4));
    CHECK((!match.is_found || match.likeness < 0.7F));
    CHECK_FALSE(match_patches(SkinPatch{}, SkinPatch{}).is_found);
}
