// SPDX-License-Identifier: Apache-2.0
// Steps shared by the fits to 68 landmarks: of a person and of a frame.
#pragma once

#include "fit/sparse_model.h"

#include "vasa/head/landmark68_fit.h"

#include <vector>

#include <Eigen/Core>
#include <ceres/problem.h>

namespace vasa::head {

/// Model, camera and the person that a fitter knows.
struct Landmark68Fitter::State {
    const HeadModel& model;
    Camera camera;
    Landmark68FitOptions options;
    SparseModel person;     ///< of sparse_model68()
    Eigen::MatrixXd prior;  ///< of action_prior(), for person.free_actions

    /// Weight of a landmark's error.
    double residual_per_px(int landmark, const Landmarks68& landmarks) const;

    /// Adds the reprojection errors of all landmarks to a problem.
    /// @param blocks  of LandmarkCost
    void add_landmarks(const SparseModel& sparse,
                       const Landmarks68& landmarks,
                       const std::vector<double*>& blocks,
                       ceres::Problem& problem) const;

    /// A frontal pose from the landmarks that are not on the outline.
    Pose initial_pose(const SparseModel& sparse, const Landmarks68& landmarks) const;
};

/// @throws Error(Input) if landmarks are not finite or the eye corners less than 4 px apart.
void check_landmarks68(const Landmarks68& landmarks);

/// Mean distance of the points not on the outline / outer eye corner distance of b.
double mean_error68(const Landmarks68& a, const Landmarks68& b);

}  // namespace vasa::head
