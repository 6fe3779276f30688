// SPDX-License-Identifier: Apache-2.0
#include "fit/gaze_fit.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Geometry>

namespace vasa::head {

std::optional<Gaze> solve_gaze(const Eyeball& eye,
                               const Pose& pose,
                               const Camera& camera,
                               core::Vec2f iris) {
    const Eigen::Matrix3d r = rotation_from_pose(pose);
    const Eigen::Vector3d centre = r * eye.center_cm.cast<double>() + position_cm(pose);
    const double half = camera.size_px / 2.0;
    const Eigen::Vector3d ray =
        Eigen::Vector3d((iris.x - half) / camera.focal_px, -(iris.y - half) / camera.focal_px, -1.0)
            .normalized();
    const double along = ray.dot(centre), radius = eye.pupil_distance_cm;
    const double miss2 = centre.squaredNorm() - along * along;
    const double inside = radius * radius - miss2;
    const Eigen::Vector3d hit = ray * (along - std::sqrt(std::max(inside, 0.0)));
    const Eigen::Vector3d d = (r.transpose() * (hit - centre)).normalized();
    const Eigen::Vector3d a = eye.rest_axis.cast<double>();
    Gaze gaze;
    gaze.yaw_rad = static_cast<float>(std::atan2(d.x(), d.z()) - std::atan2(a.x(), a.z()));
    gaze.pitch_rad = static_cast<float>(std::asin(std::clamp(d.y(), -1.0, 1.0)) - std::asin(a.y()));
    if (!std::isfinite(gaze.yaw_rad) || !std::isfinite(gaze.pitch_rad)) {
        return std::nullopt;
    }
    gaze.yaw_rad = std::clamp(gaze.yaw_rad, -kGazeYawRange_rad, kGazeYawRange_rad);
    gaze.pitch_rad = std::clamp(gaze.pitch_rad, -kGazePitchRange_rad, kGazePitchRange_rad);
    return gaze;
}

}  // namespace vasa::head
