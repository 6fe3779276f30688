// SPDX-License-Identifier: Apache-2.0
#include "vasa/head/pose.h"

#include "vasa/core/error.h"

#include <cmath>

#include <Eigen/LU>

#include "support/catch.h"

namespace {

using namespace vasa::head;
using Eigen::Matrix3d;
using Eigen::Vector3d;

Pose make_pose(float yaw, float pitch, float roll) {
    Pose pose;
    pose.yaw_rad = yaw;
    pose.pitch_rad = pitch;
    pose.roll_rad = roll;
    return pose;
}

TEST_CASE("each angle turns the head to the documented side") {
    const Vector3d forward = Vector3d::UnitZ();
    const Vector3d up = Vector3d::UnitY();
    CHECK((rotation_from_pose(make_pose(0.3F, 0, 0)) * forward).x() == Approx(std::sin(0.3)));
    CHECK((rotation_from_pose(make_pose(0, 0.3F, 0)) * forward).y() == Approx(std::sin(0.3)));
    CHECK((rotation_from_pose(make_pose(0, 0, 0.3F)) * up).x() == Approx(std::sin(0.3)));
}

TEST_CASE("angles survive the rotation matrix") {
    for (const float yaw : {-3.0F, -0.7F, 0.0F, 1.2F}) {
        for (const float pitch : {-1.5F, -0.2F, 0.0F, 0.9F}) {
            for (const float roll : {-2.5F, 0.0F, 0.4F}) {
                const Matrix3d r = rotation_from_pose(make_pose(yaw, pitch, roll));
                CHECK((r * r.transpose() - Matrix3d::Identity()).norm() < 1e-12);
                CHECK(r.determinant() == Approx(1.0));
                Pose pose;
                pose.x_cm = 7.0F;
                set_rotation(pose, r);
                CHECK(pose.yaw_rad == Approx(yaw).margin(1e-5));
                CHECK(pose.pitch_rad == Approx(pitch).margin(1e-5));
                CHECK(pose.roll_rad == Approx(roll).margin(1e-5));
                CHECK(pose.x_cm == 7.0F);
            }
        }
    }
}

TEST_CASE("a matrix rounded past a right angle gives finite angles") {
    Matrix3d r = rotation_from_pose(make_pose(0, 1.57079632F, 0));
    r(1, 2) = 1.0 + 1e-9;
    Pose pose;
    set_rotation(pose, r);
    CHECK(std::isfinite(pose.pitch_rad));
}

TEST_CASE("the mirrored pose projects to the mirrored image") {
    Pose pose = make_pose(0.4F, -0.3F, 0.2F);
    pose.x_cm = 3.0F;
    pose.y_cm = -1.0F;
    pose.z_cm = -60.0F;
    const Pose other = mirrored(pose);
    const Camera camera = default_camera(512);
    const auto pixel = [&](const Pose& p, const Vector3d& point) -> Vector3d {
        const Vector3d moved = rotation_from_pose(p) * point + Vector3d(p.x_cm, p.y_cm, p.z_cm);
        return camera.project(moved);
    };
    const Vector3d a = pixel(pose, {4.0, 5.0, 6.0});
    const Vector3d b = pixel(other, {-4.0, 5.0, 6.0});
    CHECK(b.x() == Approx(512.0 - a.x()));
    CHECK(b.y() == Approx(a.y()));
    CHECK(b.z() == Approx(a.z()));
}

TEST_CASE("the camera looks along -z with 20 degrees of view") {
    const Camera camera = default_camera(512);
    const double half_cm = 50.0 * std::tan(10.0 * 3.14159265358979 / 180.0);
    CHECK((camera.project({0, 0, -50}) - Vector3d(256, 256, 50)).norm() < 1e-9);
    CHECK((camera.project({half_cm, half_cm, -50}) - Vector3d(512, 0, 50)).norm() < 1e-9);
    CHECK(default_camera(1024).focal_px == Approx(2 * camera.focal_px));
    CHECK_THROWS_AS(default_camera(0), vasa::core::Error);
}

TEST_CASE("a pose is six numbers in the documented order and back") {
    const Pose pose = {0.1F, 0.2F, 0.3F, 4, 5, -60};
    const std::array<float, kNumPoseValues> values = pose_values(pose);
    CHECK(values == std::array<float, 6>{0.1F, 0.2F, 0.3F, 4, 5, -60});
    CHECK(pose_values(pose_from_values(values.data())) == values);
    CHECK(position_cm(pose) == Vector3d(4, 5, -60));
}

TEST_CASE("a relative pose goes on a pose, scaled and taken away again") {
    const Pose pose = {0.1F, -0.2F, 0.3F, 4, 5, -60}, by = {0.5F, 0.25F, -1, 2, -1, 8};
    CHECK(pose_values(offset(pose, by, 0)) == pose_values(pose));
    CHECK(pose_values(offset(offset({}, by), by, -1)) == pose_values({}));
    CHECK(pose_values(offset({}, by, 2)) == pose_values(scaled(by, 2)));
    CHECK(offset(pose, by).yaw_rad == 0.1F + 0.5F);
    CHECK(offset(pose, by, 0.5F).z_cm == -56);
}

TEST_CASE("the rotation between poses takes one head to the other") {
    const Pose from = make_pose(0.3F, -0.2F, 0.1F), to = make_pose(-0.4F, 0.1F, 0.2F);
    const Matrix3d turn = rotation_between(from, to);
    CHECK((turn * rotation_from_pose(from) - rotation_from_pose(to)).norm() < 1e-6);
    CHECK((rotation_between(from, from) - Matrix3d::Identity()).norm() < 1e-6);
    CHECK((rotation_between(from, to) - rotation_between(to, from)).norm() > 0.5);
}

}  // namespace
