// SPDX-License-Identifier: Apache-2.0
// MediaPipe's numbering of face landmarks, as far as the code of its networks needs it.
//
// `vision` finds landmarks and `head` gives them meaning (vasa/head/landmarks.h has all groups).
// Neither may include the other, so the numbers that both use are defined here.
// Source: Grishchenko et al., Attention Mesh (2020); MediaPipe's canonical face model.
#pragma once

#include <cmath>
#include <cstddef>

namespace vasa::core {

/// Landmarks on the skin: 0..467.
constexpr int kNumMeshLandmarks = 468;
/// Landmarks per iris: its centre, then four points of its rim.
constexpr int kNumIrisLandmarks = 5;
constexpr int kNumLandmarks = kNumMeshLandmarks + 2 * kNumIrisLandmarks;

// Centres of the irises; right = the person's right, on the left of the image.
constexpr int kRightIris = kNumMeshLandmarks;
constexpr int kLeftIris = kRightIris + kNumIrisLandmarks;

constexpr int kRightEyeOuter = 33;
constexpr int kRightEyeInner = 133;
constexpr int kLeftEyeInner = 362;
constexpr int kLeftEyeOuter = 263;
constexpr int kMouthRight = 61;
constexpr int kMouthLeft = 291;

/// Distance of the outer eye corners, in the points' unit; all landmark errors are relative to it.
/// @tparam Real  type of the result: float for fits, double for metrics
/// @param points  [kNumLandmarks] with members x and y
template <typename Real = float, typename Points>
Real eye_distance(const Points& points) {
    const auto& right = points[static_cast<std::size_t>(kRightEyeOuter)];
    const auto& left = points[static_cast<std::size_t>(kLeftEyeOuter)];
    return std::hypot(static_cast<Real>(right.x - left.x), static_cast<Real>(right.y - left.y));
}

}  // namespace vasa::core
