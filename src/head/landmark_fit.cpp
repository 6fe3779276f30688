// SPDX-License-Identifier: Apache-2.0
#include "vasa/head/landmark_fit.h"

#include "fit/fit_problem.h"
#include "fit/gaze_fit.h"
#include "fit/initial_pose.h"
#include "fit/sparse_model.h"

#include "vasa/core/error.h"
#include "vasa/head/face_measures.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <Eigen/Core>

namespace vasa::head {
namespace {

/// Eyes closer together than this give no information on a face.
constexpr double kMinEyeDistance_px = 4.0;
/// Eyes count as closed above this mean blink.
constexpr float kClosedEyes = 0.75F;
/// Gaze changes the lids little, so the second stage starts close to its solution.
constexpr int kSecondStageIterations = 5;

using core::Error;
using core::ErrorKind;

/// Initial pose from a similarity between rest and measured landmarks.
Pose initial_pose(const SparseModel& sparse, const Camera& camera, const Landmarks& lm) {
    std::vector<Eigen::Vector3d> points;
    std::vector<core::Vec2f> measured;
    for (int i = 0; i < kNumMeshLandmarks; ++i) {
        if (!is_oval_landmark(i)) {
            points.push_back(sparse.base[i]);
            measured.push_back(lm[i]);
        }
    }
    return similarity_pose(points, measured, camera);
}

void check_landmarks(const Landmarks& landmarks) {
    for (int i = 0; i < kNumLandmarks; ++i) {
        if (!std::isfinite(landmarks[i].x) || !std::isfinite(landmarks[i].y)) {
            throw Error(ErrorKind::Input,
                        "face landmark " + std::to_string(i) +
                            " is not finite, expected pixel coordinates");
        }
    }
    const double unit = eye_distance_px(landmarks);
    if (!(unit >= kMinEyeDistance_px)) {
        throw Error(ErrorKind::Input,
                    "face landmarks are degenerate: eye corners " + std::to_string(unit) +
                        " px apart, expected at least 4");
    }
}

/// Initial parameters. Sets `actions` to the start's, gaze and tongue included.
FitParameters first_parameters(const FitInput& input, SparseModel& sparse, Actions& actions) {
    FitParameters p;
    p.identity.assign(sparse.num_identity, 0.0);
    p.actions.assign(sparse.free_actions.size(), 0.0);
    const auto pose = pose_values(
        input.start ? input.start->pose : initial_pose(sparse, input.camera, input.landmarks));
    p.pose.assign(pose.begin(), pose.end());
    if (input.start) {
        const LandmarkFitStart& start = *input.start;
        actions = start.actions;
        for (std::size_t k = 0; k < p.actions.size(); ++k) {
            p.actions[k] = std::clamp(start.actions.values[sparse.free_actions[k]], 0.0F, 1.0F);
        }
        for (std::size_t k = 0; k < p.identity.size() && k < start.identity.size(); ++k) {
            p.identity[k] = start.identity[k];
        }
        add_held_gaze(input.model, start.actions, sparse);
    }
    return p;
}

void take_over(const FitParameters& p, const SparseModel& sparse, LandmarkFit& fit) {
    for (int k = 0; k < kNumPoseValues; ++k) {
        fit.pose.*kPoseMembers[k] = static_cast<float>(p.pose[k]);
    }
    if (sparse.num_identity > 0) {
        fit.identity.assign(p.identity.begin(), p.identity.end());
    }
    for (std::size_t k = 0; k < p.actions.size(); ++k) {
        fit.actions.values[sparse.free_actions[k]] = static_cast<float>(p.actions[k]);
    }
}

/// Mean of both eyes' directions; straight ahead if the eyes are closed or a direction is missing.
Gaze gaze_of(const LandmarkFit& fit, const FitInput& input) {
    const float blink =
        (fit.actions[Action::EyeBlinkLeft] + fit.actions[Action::EyeBlinkRight]) / 2;
    if (blink > kClosedEyes) {
        return {};  // closed eyes give no gaze
    }
    const auto eyes = input.model.eyeballs(fit.identity);
    const auto right = solve_gaze(eyes[0], fit.pose, input.camera, input.landmarks[kRightIris]);
    const auto left = solve_gaze(eyes[1], fit.pose, input.camera, input.landmarks[kLeftIris]);
    if (!right || !left) {
        return {};
    }
    return {(right->yaw_rad + left->yaw_rad) / 2, (right->pitch_rad + left->pitch_rad) / 2};
}

/// See LandmarkFit::inner_error.
double inner_error_of(const LandmarkFit& fit, const FitInput& input) {
    const MeshLandmarks projected = project_landmarks(input.model, input.camera, fit);
    double sum = 0;
    int count = 0;
    for (int i = 0; i < kNumMeshLandmarks; ++i) {
        if (!is_oval_landmark(i)) {
            sum += std::hypot(projected[i].x - input.landmarks[i].x,
                              projected[i].y - input.landmarks[i].y);
            ++count;
        }
    }
    const double unit = eye_distance_px(input.landmarks);
    return sum / count / unit;
}

}  // namespace

void LandmarkFitOptions::check() const {
    if (num_identity < 1 || num_identity > HeadModel::kMaxIdentity || max_iterations < 1 ||
        sigma <= 0 || huber <= 0 || action_prior <= 0) {
        throw Error(ErrorKind::Usage, "landmark fit options out of range");
    }
}

MeshLandmarks project_landmarks(const HeadModel& model,
                                const Camera& camera,
                                const LandmarkFit& fit) {
    Points vertices;
    model.animate(model.person(fit.identity), fit.actions, vertices);
    const Eigen::Matrix3d r = rotation_from_pose(fit.pose);
    const Eigen::Vector3d t = position_cm(fit.pose);
    MeshLandmarks out;
    for (int i = 0; i < kNumMeshLandmarks; ++i) {
        const Eigen::Vector3d p = camera.project(r * landmark_of(model, vertices, i) + t);
        out[i] = {static_cast<float>(p.x()), static_cast<float>(p.y())};
    }
    return out;
}

LandmarkFit fit_landmarks(const HeadModel& model,
                          const Camera& camera,
                          const Landmarks& landmarks,
                          const LandmarkFitOptions& options,
                          const std::optional<LandmarkFitStart>& start) {
    options.check();
    check_landmarks(landmarks);
    const FitInput input{model, camera, landmarks, options, start};
    const bool is_held = start && start->hold_identity;
    SparseModel sparse =
        make_sparse_model(model, options.num_identity, is_held ? &start->identity : nullptr);
    LandmarkFit fit;
    if (is_held) {
        fit.identity = start->identity;
    }
    FitParameters p = first_parameters(input, sparse, fit.actions);
    // The first stage ignores the gaze's effect on the lids, the second includes it.
    fit.iterations = solve_stage(input, sparse, options.max_iterations, p);
    take_over(p, sparse, fit);
    const Gaze gaze = gaze_of(fit, input);
    set_gaze(fit.actions, gaze, gaze);
    add_held_gaze(model, fit.actions, sparse);
    fit.iterations +=
        solve_stage(input, sparse, std::min(options.max_iterations, kSecondStageIterations), p);
    take_over(p, sparse, fit);
    fit.inner_error = inner_error_of(fit, input);
    return fit;
}

}  // namespace vasa::head
