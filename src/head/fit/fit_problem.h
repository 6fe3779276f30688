// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fit/sparse_model.h"

#include "vasa/head/landmark_fit.h"

#include <functional>
#include <optional>
#include <vector>

#include <Eigen/Core>

namespace vasa::head {

/// Inputs of a fit.
struct FitInput {
    const HeadModel& model;
    const Camera& camera;
    const Landmarks& landmarks;
    const LandmarkFitOptions& options;
    const std::optional<LandmarkFitStart>& start;
};

/// Unknowns of a fit: pose [6] as in kPoseMembers, identity [SparseModel::num_identity] and
/// actions [SparseModel::free_actions].
struct FitParameters {
    std::vector<double> pose, identity, actions;
};

/// Square root of the action prior: diagonal, plus 0.95 of the geometric mean for opposed pairs.
/// @param prior_of  residual per unit of an action
Eigen::MatrixXd action_prior(const std::vector<int>& free_actions,
                             const std::function<double(Action)>& prior_of);
/// The same with the priors of the options.
Eigen::MatrixXd action_prior(const std::vector<int>& free_actions,
                             const LandmarkFitOptions& options);

/// Solves for all parameters jointly, from their current values.
/// @return number of iterations
/// @throws Error(Input) if the solver fails: a landmark lies behind the camera at the start, or the
///         residuals are not finite. Stopping at max_iterations is not a failure.
int solve_stage(const FitInput& input,
                const SparseModel& sparse,
                int max_iterations,
                FitParameters& parameters);

}  // namespace vasa::head
