// SPDX-License-Identifier: Apache-2.0
#include "part_features.h"

#include "vasa/core/rng.h"

#include <cmath>
#include <functional>

#include "support/catch.h"

using namespace vasa;
using detect::Feature;
using detect::FeatureValues;

namespace {

constexpr int kSide_px = 300;
constexpr int kNumFrames = 100;

/// A textured disc that moves in front of a textured wall; landmarks lie in a grid on it.
struct Scene {
    double shading = 0;     ///< how far light follows the movement
    double noise = 0;       ///< of each pixel and frame
    double wall_speed = 0;  ///< pixels a frame
};

vision::FaceLandmarks landmarks_at(double x) {
    vision::FaceLandmarks face;
    constexpr std::size_t kColumns = 22;
    for (std::size_t i = 0; i < face.points.size(); ++i) {
        const std::size_t column = i % kColumns, row = i / kColumns;
        face.points[i] = {static_cast<float>(x) + static_cast<float>(column) * 4 - 42,
                          116 + static_cast<float>(row) * 4,
                          0};
    }
    const auto put = [&](int index, float dx, float dy) {
        face.points[static_cast<std::size_t>(index)] = {static_cast<float>(x) + dx, 160 + dy, 0};
    };
    put(core::kRightEyeOuter, -32, -20);
    put(core::kLeftEyeOuter, 32, -20);
    put(152, 0, 60);
    put(4, 0, 10);
    return face;
}

FeatureValues features_of(const Scene& scene) {
    core::Rng random(5);
    detect::PartFeatures part({});
    for (int t = 0; t < kNumFrames; ++t) {
        const double move = 8 * std::sin(t * 0.12);
        const double x0 = 150 + move;
        core::ImageF luma(kSide_px, kSide_px, 1);
        for (int y = 0; y < kSide_px; ++y) {
            for (int x = 0; x < kSide_px; ++x) {
                const double u = x - x0, v = y - 160;
                const bool is_face = u * u + v * v < 80 * 80;
                const double wall = x + scene.wall_speed * t;
                double value = is_face ? 130 + 6 * std::cos(0.9 * u) * std::sin(0.8 * v + 0.3 * u) +
                                             4 * std::cos(0.6 * v - 0.5 * u)
                                       : 90 + 30 * std::sin(0.2 * wall) * std::cos(0.15 * y);
                if (is_face) {
                    value *= 1 + scene.shading * move / 8 * u / 80;
                }
                value += scene.noise * random.normal();
                *luma.at(x, y) = static_cast<float>(value);
            }
        }
        part.add(std::move(luma), landmarks_at(x0));
    }
    return part.values();
}

double value(const FeatureValues& values, Feature feature) {
    return values[static_cast<std::size_t>(feature)];
}

}  // namespace

TEST_CASE("light that follows the head's movement shows, a moved picture has none") {
    const FeatureValues moved = features_of({});
    Scene lit;
    lit.shading = 0.2;
    const FeatureValues shaded = features_of(lit);
    CHECK(value(shaded, Feature::LocalLight) > value(moved, Feature::LocalLight) + 0.7);
    CHECK(value(shaded, Feature::ShadingByTurn) > value(moved, Feature::ShadingByTurn) + 0.7);
    // The head moves the same.
    CHECK(std::abs(value(shaded, Feature::HeadTravel) - value(moved, Feature::HeadTravel)) < 1e-6);
}

TEST_CASE("noise makes skin less like itself") {
    Scene noisy;
    noisy.noise = 4;
    CHECK(value(features_of(noisy), Feature::FrozenTexture) <
          value(features_of({}), Feature::FrozenTexture) - 0.5);
}

TEST_CASE("a background that moves is told from one that stands still") {
    Scene moving;
    moving.wall_speed = 1;
    const FeatureValues still = features_of({});
    CHECK(value(features_of(moving), Feature::BackgroundMotion) >
          value(still, Feature::BackgroundMotion) + 2);
    CHECK(value(still, Feature::BackgroundMotion) < std::log(0.06));
}
