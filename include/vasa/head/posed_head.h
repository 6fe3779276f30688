// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/geometry.h"
#include "vasa/head/head_model.h"
#include "vasa/head/pose.h"

namespace vasa::head {

/// Head vertices of a pose; the neck turns only partly.
struct PosedHead {
    Points head_space;   ///< [V, 3] animated, head space
    Points camera;       ///< [V, 3] camera space
    float turn_rad = 0;  ///< angle between the pose and the portrait's
};

/// Turns animated vertices by a pose; points below the jaw partly keep the portrait's pose.
void pose_head(const HeadModel& model, const Pose& source, const Pose& target, PosedHead& head);

/// Camera-space point to canvas pixels.
core::Vec2f canvas_from_camera(const Camera& camera, const Eigen::RowVector3f& p);

}  // namespace vasa::head
