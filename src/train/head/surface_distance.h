// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include <Eigen/Core>

namespace vasa::train {

struct ClosestPoint {
    float distance = 0;
    std::array<float, 3> barycentric{};
};

/// Closest point of a triangle to p.
/// Source: Ericson, Real-Time Collision Detection (2005), 5.1.5.
ClosestPoint closest_point(const Eigen::Vector3f& p,
                           const Eigen::Vector3f& a,
                           const Eigen::Vector3f& b,
                           const Eigen::Vector3f& c);

}  // namespace vasa::train
