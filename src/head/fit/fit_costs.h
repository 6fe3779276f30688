// SPDX-License-Identifier: Apache-2.0
// The residual blocks of a landmark fit, with analytic derivatives.
#pragma once

#include "fit/sparse_model.h"

#include "vasa/core/geometry.h"
#include "vasa/head/pose.h"

#include <Eigen/Core>
#include <ceres/cost_function.h>

namespace vasa::head {

/// Reprojection error of one landmark, two residuals. Blocks: pose (6), actions, and identity if it
/// is fitted. Evaluation fails if the landmark is less than 1 cm in front of the camera.
class LandmarkCost : public ceres::CostFunction {
  public:
    /// @param sparse  must outlive the cost
    /// @param weight  residual per pixel
    LandmarkCost(const SparseModel& sparse,
                 int landmark,
                 const Camera& camera,
                 core::Vec2f measured,
                 double weight);

    bool Evaluate(double const* const* parameters,
                  double* residuals,
                  double** jacobians) const override;

  private:
    const SparseModel& sparse_;
    int landmark_;
    Camera camera_;
    core::Vec2f measured_;
    double weight_;
};

/// residual = matrix · (x - centre)
class LinearPrior : public ceres::CostFunction {
  public:
    LinearPrior(Eigen::MatrixXd matrix, Eigen::VectorXd centre);

    bool Evaluate(double const* const* parameters,
                  double* residuals,
                  double** jacobians) const override;

  private:
    Eigen::MatrixXd matrix_;
    Eigen::VectorXd centre_;
};

}  // namespace vasa::head
