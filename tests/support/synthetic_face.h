// SPDX-License-Identifier: Apache-2.0
// Faces made from the head model: known pose, identity and actions.
#pragma once

#include "vasa/core/rng.h"
#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"
#include "vasa/head/landmark_fit.h"
#include "vasa/models/model_files.h"

#include <cstdlib>
#include <string>

namespace vasa::support {

inline std::string model_dir() {
    return std::string(VASA_SOURCE_DIR) + "/models";
}

inline head::HeadModel load_head() {
    return head::HeadModel::load(model_dir() + "/" + models::kHeadModelFile);
}

/// A pose with the head in the middle of the frame.
inline head::Pose centred_pose() {
    head::Pose pose;
    pose.z_cm = -100.0F;
    return pose;
}

/// The 478 landmarks of a head with known parameters, irises included.
inline head::Landmarks make_landmarks(const head::HeadModel& model,
                                      const head::LandmarkFit& truth) {
    const head::Camera camera = head::default_camera(head::kFrameSize_px);
    head::Landmarks out{};
    const auto mesh = head::project_landmarks(model, camera, truth);
    std::copy(mesh.begin(), mesh.end(), out.begin());
    const auto eyes = model.eyeballs(truth.identity);
    const Eigen::Matrix3d r = head::rotation_from_pose(truth.pose);
    const Eigen::Vector3d t(truth.pose.x_cm, truth.pose.y_cm, truth.pose.z_cm);
    for (int e = 0; e < 2; ++e) {
        const head::Gaze gaze =
            e == 0 ? head::right_gaze(truth.actions) : head::left_gaze(truth.actions);
        const Eigen::Vector3d axis = (head::gaze_rotation(gaze) * eyes[e].rest_axis).cast<double>();
        const Eigen::Vector3d up = Eigen::Vector3d::UnitY(), side = Eigen::Vector3d::UnitX();
        const Eigen::Vector3d pupil =
            eyes[e].center_cm.cast<double>() + eyes[e].pupil_distance_cm * axis;
        const double radius = eyes[e].iris_radius_cm;
        const Eigen::Vector3d points[5] = {pupil,
                                           pupil + radius * side,
                                           pupil + radius * up,
                                           pupil - radius * side,
                                           pupil - radius * up};
        for (int k = 0; k < 5; ++k) {
            const Eigen::Vector3d p = camera.project(r * points[k] + t);
            out[head::kIrises[e] + k] = {static_cast<float>(p.x()), static_cast<float>(p.y())};
        }
    }
    return out;
}

/// Makes a code's crop of its canvas and its plate.
inline void set_crop(head::FaceCode& code) {
    code.appearance.crop = core::ImageU8(head::kFrameSize_px, head::kFrameSize_px, 3);
    for (int y = 0; y < head::kFrameSize_px; ++y) {
        for (int x = 0; x < head::kFrameSize_px; ++x) {
            for (int c = 0; c < 3; ++c) {
                const double behind = code.appearance.plate.at(x, y)[c];
                double sum = 0;
                for (int k = 0; k < 4; ++k) {
                    const std::uint8_t* p =
                        code.appearance.canvas.at(2 * x + head::kCanvasMargin_px + k % 2,
                                                  2 * y + head::kCanvasMargin_px + k / 2);
                    const double a = p[3] / 255.0;
                    sum += a * p[c] + (1 - a) * behind;
                }
                code.appearance.crop.at(x, y)[c] = static_cast<std::uint8_t>(sum / 4 + 0.5);
            }
        }
    }
}

/// A portrait of coloured noise blobs: textured like skin, with a disc around the head as matte.
inline head::FaceCode make_face_code(const head::HeadModel& model, std::uint64_t seed) {
    core::Rng rng(seed);
    head::FaceCode code;
    head::LandmarkFit truth;
    truth.pose = centred_pose();
    truth.identity.assign(60, 0.0F);
    for (float& c : truth.identity) {
        c = static_cast<float>(0.5 * rng.normal());
    }
    code.pose = truth.pose;
    code.identity = truth.identity;
    code.actions = truth.actions;
    code.landmarks = make_landmarks(model, truth);
    code.head_hash = model.content_hash();
    constexpr int n = head::kCanvasSize_px;
    code.appearance.canvas = core::ImageU8(n, n, 4);
    for (int y = 0; y < n; ++y) {
        for (int x = 0; x < n; ++x) {
            std::uint8_t* p = code.appearance.canvas.at(x, y);
            const double u = x * 0.031, v = y * 0.027;
            p[0] = static_cast<std::uint8_t>(150 + 40 * std::sin(u) * std::cos(v));
            p[1] = static_cast<std::uint8_t>(110 + 30 * std::sin(1.7 * v));
            p[2] = static_cast<std::uint8_t>(90 + 25 * std::cos(1.3 * u));
            const double d = std::hypot(x - n / 2.0, y - n / 2.0);
            p[3] = static_cast<std::uint8_t>(std::clamp((480.0 - d) * 16.0, 0.0, 255.0));
        }
    }
    code.appearance.plate = core::ImageU8(head::kFrameSize_px, head::kFrameSize_px, 3, 40);
    set_crop(code);
    return code;
}

}  // namespace vasa::support
