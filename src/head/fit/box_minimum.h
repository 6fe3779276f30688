// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include <Eigen/Core>

namespace vasa::head {

/// A function near a point.
struct LocalModel {
    double value = 0;
    Eigen::VectorXd gradient;  ///< [N]
    Eigen::MatrixXd hessian;   ///< [N, N], positive definite: Gauss-Newton's
};

/// @param with_derivatives  whether gradient and hessian are wanted
/// @return  false where the function has no value
using EvaluateFn =
    std::function<bool(const Eigen::VectorXd& x, bool with_derivatives, LocalModel&)>;

/// Minimises a function of bounded variables by projected Newton steps with backtracking. Needs a
/// handful of evaluations where Ceres' projected line search needs tens.
///
/// Source: Bertsekas, Projected Newton Methods for Optimization Problems with Simple Constraints
/// (1982).
/// @param x  start within the bounds, then the minimum
/// @return   number of iterations; -1 if the function has no value at the start or is not convex
int minimise_in_box(const EvaluateFn& evaluate,
                    const Eigen::VectorXd& low,
                    const Eigen::VectorXd& high,
                    int max_iterations,
                    Eigen::VectorXd& x);

}  // namespace vasa::head
