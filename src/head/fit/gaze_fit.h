// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/geometry.h"
#include "vasa/head/head_model.h"
#include "vasa/head/pose.h"

#include <optional>

namespace vasa::head {

/// Direction of one eye from its iris centre: the viewing ray meets the sphere of pupil positions.
/// @param iris  pixels of the camera's image
/// @return      within the range of the eyeLook* actions; nullopt if it is not finite
std::optional<Gaze> solve_gaze(const Eyeball& eye,
                               const Pose& pose,
                               const Camera& camera,
                               core::Vec2f iris);

}  // namespace vasa::head
