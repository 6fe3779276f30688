// SPDX-License-Identifier: Apache-2.0
// How MediaPipe numbers the landmarks of a face, as far as its networks' own code needs it.
//
// `vision` finds landmarks and `head` gives them meaning (vasa/head/landmarks.h has all groups).
// Neither may include the other, so what both count with stands here.
// Source: Grishchenko et al., Attention Mesh (2020); MediaPipe's canonical face model.
#pragma once

#include <cmath>
#include <cstddef>

namespace vasa::core {

/// Landmarks on the skin: 0..467.
constexpr int kNumMeshLandmarks = 468;
/// Landmarks an iris: its centre, then four points of its rim.
constexpr int kNumIrisLandmarks = 5;
constexpr int kNumLandmarks = kNumMeshLandmarks + 2 * kNumIrisLandmarks;

// Centres of the irises; right = the person's, the image's left.
constexpr int kRightIris = kNumMeshLandmarks;
constexpr int kLeftIris = kRightIris + kNumIrisLandmarks;

constexpr int kRightEyeOuter = 33;
constexpr int kRightEyeInner = 133;
constexpr int kLeftEyeInner = 362;
constexpr int kLeftEyeOuter = 263;
constexpr int kMouthRight = 61;
constexpr int kMouthLeft = 291;

/// Distance of the outer eye corners, in the points' unit: the unit of all landmark errors.
/// @tparam Real  of the result; float where fits are measured by it, double for metrics
/// @param points  [kNumLandmarks] with members x and y
template <typename Real = float, typename Points>
Real eye_distance(const Points& points) {
    const auto& right = points[static_cast<std::size_t>(kRightEyeOuter)];
    const auto& left = points[static_cast<std::size_t>(kLeftEyeOuter)];
    return std::hypot(static_cast<Real>(right.x - left.x), static_cast<Real>(right.y - left.y));
}

}  // namespace vasa::core
