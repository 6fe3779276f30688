// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include <Eigen/Core>

namespace vasa::head {

/// Six degrees of freedom of the head relative to the camera.
///
/// Angles in radians: yaw > 0 turns the face to the image's right, pitch > 0 lifts the chin,
/// roll > 0 tilts the top of the head to the image's right. Translation of the head's origin in
/// centimetres: x to the image's right, y up, z towards the viewer; the camera is at the origin, so
/// z is minus the head's distance.
struct Pose {
    float yaw_rad = 0, pitch_rad = 0, roll_rad = 0;
    float x_cm = 0, y_cm = 0, z_cm = 0;
};

/// A pose as six numbers, in the order used by files and networks: yaw, pitch, roll (rad), x, y, z
/// (cm).
constexpr int kNumPoseValues = 6;
constexpr std::array<float Pose::*, kNumPoseValues> kPoseMembers = {
    &Pose::yaw_rad, &Pose::pitch_rad, &Pose::roll_rad, &Pose::x_cm, &Pose::y_cm, &Pose::z_cm};
std::array<float, kNumPoseValues> pose_values(const Pose& pose);
/// @param values  [kNumPoseValues]
Pose pose_from_values(const float* values);

/// camera_from_head rotation: R = Ry(yaw) · Rx(-pitch) · Rz(-roll), right-handed axes.
/// The order and signs of the angles are defined only here.
Eigen::Matrix3d rotation_from_pose(const Pose& pose);
/// The inverse of rotation_from_pose for |pitch| < 90°: sets the three angles.
void set_rotation(Pose& pose, const Eigen::Matrix3d& camera_from_head);

/// Translation of the head's origin, cm.
Eigen::Vector3d position_cm(const Pose& pose);

/// The rotation that takes a head from one pose to another: R(to) · R(from)⁻¹, camera space.
Eigen::Matrix3d rotation_between(const Pose& from, const Pose& to);

/// pose + weight · by, per value: adds a relative pose (angles and centimetres) to a pose.
Pose offset(const Pose& pose, const Pose& by, float weight = 1.0F);
/// All six values times a factor: a larger or smaller relative pose.
Pose scaled(const Pose& relative, float factor);

/// Pose of the mirrored image.
Pose mirrored(const Pose& pose);

/// Perspective camera of a square image, looking along -z, principal point in the middle.
struct Camera {
    int size_px = 0;      ///< width and height, see default_camera()
    double focal_px = 0;  ///< see default_camera()

    /// Pixel (x right, y down) and distance along the viewing axis (cm) of a camera-space point.
    Eigen::Vector3d project(const Eigen::Vector3d& point_cm) const;
};

/// Fixed vertical field of view of all cameras, degrees.
constexpr double kVerticalFov_deg = 20.0;
Camera default_camera(int size_px);

}  // namespace vasa::head
