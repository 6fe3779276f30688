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

/// How a person follows the head along the camera's axis.
struct BodyParams {
    /// Motion that the head makes alone, at most. Speaking heads sway by a centimetre; what goes
    /// beyond is the camera's distance, which the whole person keeps.
    float max_sway_cm = 2.5F;
};

/// Where the parts of a person are that do not turn with the head.
struct BodyPlace {
    Pose pose;  ///< of shoulders and lower neck
    /// All points, the head's too, are lowered by this times their distance, so that a farther
    /// person still stands on the frame's bottom edge. A nearer one is not raised: hair would leave
    /// the frame.
    float lowering = 0;
};
BodyPlace place_body(const Pose& source, const Pose& target, const BodyParams& params = {});

/// Applies BodyPlace::lowering to camera-space points [N, 3].
void lower_points(const BodyPlace& body, Points& camera);

/// Turns animated vertices by a pose; points below the jaw partly keep the body's pose.
void pose_head(const HeadModel& model, const Pose& source, const Pose& target, PosedHead& head);

/// Camera-space point to canvas pixels.
core::Vec2f canvas_from_camera(const Camera& camera, const Eigen::RowVector3f& p);

}  // namespace vasa::head
