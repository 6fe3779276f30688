// SPDX-License-Identifier: Apache-2.0
#include "fit/initial_pose.h"

#include <cmath>
#include <cstddef>

namespace vasa::head {

Pose similarity_pose(const std::vector<Eigen::Vector3d>& points,
                     const std::vector<core::Vec2f>& measured,
                     const Camera& camera) {
    const auto count = static_cast<double>(points.size());
    Eigen::Vector2d model_mean = Eigen::Vector2d::Zero(), image_mean = Eigen::Vector2d::Zero();
    for (std::size_t i = 0; i < points.size(); ++i) {
        model_mean += Eigen::Vector2d(points[i].x(), -points[i].y());
        image_mean += Eigen::Vector2d(measured[i].x, measured[i].y);
    }
    model_mean /= count;
    image_mean /= count;
    double dot = 0, cross = 0, norm = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const Eigen::Vector2d a = Eigen::Vector2d(points[i].x(), -points[i].y()) - model_mean;
        const Eigen::Vector2d b = Eigen::Vector2d(measured[i].x, measured[i].y) - image_mean;
        dot += a.dot(b);
        cross += a.x() * b.y() - a.y() * b.x();
        norm += a.squaredNorm();
    }
    Pose pose;
    const double scale = std::hypot(dot, cross) / norm;  // pixels per cm at the face
    pose.roll_rad = static_cast<float>(std::atan2(cross, dot));
    const double z = camera.focal_px / scale, half = camera.size_px / 2.0;
    const Eigen::Matrix3d r = rotation_from_pose(pose);
    const Eigen::Vector3d origin = r * Eigen::Vector3d(model_mean.x(), -model_mean.y(), 8.0);
    pose.x_cm = static_cast<float>((image_mean.x() - half) / scale - origin.x());
    pose.y_cm = static_cast<float>(-(image_mean.y() - half) / scale - origin.y());
    pose.z_cm = static_cast<float>(-z - origin.z());
    return pose;
}

}  // namespace vasa::head
