// SPDX-License-Identifier: Apache-2.0
#include "fit/landmark68_problem.h"

#include "fit/fit_costs.h"
#include "fit/initial_pose.h"

#include "vasa/core/error.h"

#include <cmath>
#include <string>

#include <ceres/loss_function.h>
#include <ceres/problem.h>

namespace vasa::head {
namespace {

/// Eyes closer together than this give no information on a face.
constexpr float kMinEyeDistance_px = 4.0F;
constexpr int kLastOutline = 16;
/// The middle of the outline, which moves with the jaw.
constexpr int kFirstChin = 6, kLastChin = 10;

double weight_of(int landmark, const Landmark68FitOptions& options) {
    if (landmark > kLastOutline) {
        return 1.0;
    }
    return landmark >= kFirstChin && landmark <= kLastChin ? options.chin_weight
                                                           : options.outline_weight;
}

}  // namespace

void check_landmarks68(const Landmarks68& landmarks) {
    for (int i = 0; i < kNumLandmarks68; ++i) {
        if (!std::isfinite(landmarks[i].x) || !std::isfinite(landmarks[i].y)) {
            throw core::Error(core::ErrorKind::Input,
                              "face landmark " + std::to_string(i) +
                                  " of 68 is not finite, expected pixel coordinates");
        }
    }
    const float unit = eye_distance_px(landmarks);
    if (!(unit >= kMinEyeDistance_px)) {
        throw core::Error(core::ErrorKind::Input,
                          "the 68 face landmarks are degenerate: eye corners " +
                              std::to_string(unit) + " px apart, expected at least 4");
    }
}

double mean_error68(const Landmarks68& a, const Landmarks68& b) {
    double sum = 0;
    for (int i = kLastOutline + 1; i < kNumLandmarks68; ++i) {
        sum += static_cast<double>(std::hypot(a[i].x - b[i].x, a[i].y - b[i].y));
    }
    return sum / (kNumLandmarks68 - kLastOutline - 1) / static_cast<double>(eye_distance_px(b));
}

double Landmark68Fitter::State::residual_per_px(int landmark, const Landmarks68& landmarks) const {
    const double unit = options.sigma * static_cast<double>(eye_distance_px(landmarks));
    return weight_of(landmark, options) / unit;
}

void Landmark68Fitter::State::add_landmarks(const SparseModel& sparse,
                                            const Landmarks68& landmarks,
                                            const std::vector<double*>& blocks,
                                            ceres::Problem& problem) const {
    auto* loss = new ceres::HuberLoss(options.huber);
    for (int i = 0; i < kNumLandmarks68; ++i) {
        problem.AddResidualBlock(
            new LandmarkCost(sparse, i, camera, landmarks[i], residual_per_px(i, landmarks)),
            loss,
            blocks);
    }
}

Pose Landmark68Fitter::State::initial_pose(const SparseModel& sparse,
                                           const Landmarks68& landmarks) const {
    std::vector<Eigen::Vector3d> points(sparse.base.begin() + kLastOutline + 1, sparse.base.end());
    std::vector<core::Vec2f> measured(landmarks.begin() + kLastOutline + 1, landmarks.end());
    return similarity_pose(points, measured, camera);
}

}  // namespace vasa::head
