// SPDX-License-Identifier: Apache-2.0
#include "vasa/head/pose.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <Eigen/Geometry>

namespace vasa::head {
namespace {

constexpr double kPi = 3.14159265358979323846;

}  // namespace

Eigen::Matrix3d rotation_from_pose(const Pose& pose) {
    using Eigen::AngleAxisd;
    using Eigen::Vector3d;
    return (AngleAxisd(pose.yaw_rad, Vector3d::UnitY()) *
            AngleAxisd(-pose.pitch_rad, Vector3d::UnitX()) *
            AngleAxisd(-pose.roll_rad, Vector3d::UnitZ()))
        .toRotationMatrix();
}

void set_rotation(Pose& pose, const Eigen::Matrix3d& camera_from_head) {
    // With b = -pitch and c = -roll: the last column is (sin yaw cos b, -sin b, cos yaw cos b), the
    // middle row begins with (cos b sin c, cos b cos c).
    const Eigen::Matrix3d& r = camera_from_head;
    pose.yaw_rad = static_cast<float>(std::atan2(r(0, 2), r(2, 2)));
    pose.pitch_rad = static_cast<float>(std::asin(std::clamp(r(1, 2), -1.0, 1.0)));
    pose.roll_rad = static_cast<float>(std::atan2(-r(1, 0), r(1, 1)));
}

std::array<float, kNumPoseValues> pose_values(const Pose& pose) {
    std::array<float, kNumPoseValues> values{};
    for (int k = 0; k < kNumPoseValues; ++k) {
        values[k] = pose.*kPoseMembers[k];
    }
    return values;
}

Pose pose_from_values(const float* values) {
    Pose pose;
    for (int k = 0; k < kNumPoseValues; ++k) {
        pose.*kPoseMembers[k] = values[k];
    }
    return pose;
}

Eigen::Vector3d position_cm(const Pose& pose) {
    return {pose.x_cm, pose.y_cm, pose.z_cm};
}

Eigen::Matrix3d rotation_between(const Pose& from, const Pose& to) {
    return rotation_from_pose(to) * rotation_from_pose(from).transpose();
}

Pose offset(const Pose& pose, const Pose& by, float weight) {
    Pose result;
    for (float Pose::*member : kPoseMembers) {
        result.*member = pose.*member + weight * by.*member;
    }
    return result;
}

Pose scaled(const Pose& relative, float factor) {
    Pose result;
    for (float Pose::*member : kPoseMembers) {
        result.*member = factor * relative.*member;
    }
    return result;
}

Pose mirrored(const Pose& pose) {
    Pose result = pose;
    result.yaw_rad = -pose.yaw_rad;
    result.roll_rad = -pose.roll_rad;
    result.x_cm = -pose.x_cm;
    return result;
}

Eigen::Vector3d Camera::project(const Eigen::Vector3d& point_cm) const {
    const double distance_cm = -point_cm.z();
    const double scale_px = focal_px / distance_cm;
    const double centre_px = 0.5 * size_px;
    return {centre_px + scale_px * point_cm.x(), centre_px - scale_px * point_cm.y(), distance_cm};
}

Camera default_camera(int size_px) {
    if (size_px <= 0) {
        throw core::Error(core::ErrorKind::Internal,
                          "camera of " + std::to_string(size_px) + " pixels, expected more than 0");
    }
    Camera camera;
    camera.size_px = size_px;
    camera.focal_px = 0.5 * size_px / std::tan(0.5 * kVerticalFov_deg * kPi / 180.0);
    return camera;
}

}  // namespace vasa::head
