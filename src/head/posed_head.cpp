// SPDX-License-Identifier: Apache-2.0
#include "vasa/head/posed_head.h"

#include "vasa/head/face_code.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Core>

namespace vasa::head {

BodyPlace place_body(const Pose& source, const Pose& target, const BodyParams& params) {
    BodyPlace body{source};
    const float moved_cm = target.z_cm - source.z_cm;
    const float sway_cm = params.max_sway_cm * std::tanh(moved_cm / params.max_sway_cm);
    body.pose.z_cm = source.z_cm + (moved_cm - sway_cm);
    if (source.z_cm < 0 && body.pose.z_cm < source.z_cm) {
        const Camera camera = default_camera(kFrameSize_px);
        const auto edge = static_cast<float>(0.5 * camera.size_px / camera.focal_px);
        body.lowering = (1 - source.z_cm / body.pose.z_cm) * edge;
    }
    return body;
}

void lower_points(const BodyPlace& body, Points& camera) {
    camera.col(1) += body.lowering * camera.col(2);
}

void pose_head(const HeadModel& model, const Pose& source, const Pose& target, PosedHead& head) {
    const Eigen::Matrix3f rt = rotation_from_pose(target).cast<float>();
    const Eigen::Matrix3f rs = rotation_from_pose(source).cast<float>();
    const Eigen::RowVector3f tt(target.x_cm, target.y_cm, target.z_cm);
    const BodyPlace body = place_body(source, target);
    const Eigen::RowVector3f ts(body.pose.x_cm, body.pose.y_cm, body.pose.z_cm);
    const float cosine = ((rt * rs.transpose()).trace() - 1.0F) / 2.0F;
    head.turn_rad = std::acos(std::clamp(cosine, -1.0F, 1.0F));
    head.camera.noalias() = head.head_space * rt.transpose();
    head.camera.rowwise() += tt;
    for (int v = 0; v < model.num_vertices(); ++v) {
        const float w = model.neck_weights()[v];
        if (w < 1.0F) {
            const Eigen::RowVector3f held = head.head_space.row(v) * rs.transpose() + ts;
            head.camera.row(v) = w * head.camera.row(v) + (1 - w) * held;
        }
    }
    lower_points(body, head.camera);
}

core::Vec2f canvas_from_camera(const Camera& camera, const Eigen::RowVector3f& p) {
    const float iz = -1.0F / p.z();
    const float f = static_cast<float>(camera.focal_px),
                half = static_cast<float>(camera.size_px) / 2;
    const float x = half + f * p.x() * iz, y = half - f * p.y() * iz;
    return canvas_from_crop({x, y});
}

}  // namespace vasa::head
