// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/geometry.h"
#include "vasa/head/pose.h"

#include <vector>

#include <Eigen/Core>

namespace vasa::head {

/// Frontal pose in which points of a head come closest to measured pixels under a weak perspective:
/// roll, distance and position of a similarity between both.
/// @param points    head space, cm
/// @param measured  pixels, as many
Pose similarity_pose(const std::vector<Eigen::Vector3d>& points,
                     const std::vector<core::Vec2f>& measured,
                     const Camera& camera);

}  // namespace vasa::head
