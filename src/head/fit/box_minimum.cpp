// SPDX-License-Identifier: Apache-2.0
#include "fit/box_minimum.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <Eigen/Cholesky>

namespace vasa::head {
namespace {

/// A smaller relative decrease ends the iterations.
constexpr double kTolerance = 1e-6;
/// Share of the decrease that the gradient promises for a step to be taken (Armijo).
constexpr double kSufficient = 1e-4;
constexpr int kMaxHalvings = 8;

/// Variables that are not held at a bound by the gradient.
std::vector<Eigen::Index> free_variables(const LocalModel& local,
                                         const Eigen::VectorXd& low,
                                         const Eigen::VectorXd& high,
                                         const Eigen::VectorXd& x) {
    std::vector<Eigen::Index> free;
    for (Eigen::Index k = 0; k < x.size(); ++k) {
        const bool is_held =
            (x(k) <= low(k) && local.gradient(k) > 0) || (x(k) >= high(k) && local.gradient(k) < 0);
        if (!is_held) {
            free.push_back(k);
        }
    }
    return free;
}

/// Newton's step of the free variables, 0 for the others.
/// @return  false if the hessian is not positive definite
bool newton_step(const LocalModel& local,
                 const std::vector<Eigen::Index>& free,
                 Eigen::VectorXd& step) {
    const auto n = static_cast<Eigen::Index>(free.size());
    Eigen::MatrixXd h(n, n);
    Eigen::VectorXd g(n);
    for (Eigen::Index i = 0; i < n; ++i) {
        g(i) = local.gradient(free[i]);
        for (Eigen::Index j = 0; j < n; ++j) {
            h(i, j) = local.hessian(free[i], free[j]);
        }
    }
    const Eigen::LLT<Eigen::MatrixXd> factor(h);
    if (factor.info() != Eigen::Success) {
        return false;
    }
    const Eigen::VectorXd solution = factor.solve(g);
    step.setZero(local.gradient.size());
    for (Eigen::Index i = 0; i < n; ++i) {
        step(free[i]) = -solution(i);
    }
    return true;
}

}  // namespace

int minimise_in_box(const EvaluateFn& evaluate,
                    const Eigen::VectorXd& low,
                    const Eigen::VectorXd& high,
                    int max_iterations,
                    Eigen::VectorXd& x) {
    LocalModel local, tried;
    Eigen::VectorXd step;
    for (int iteration = 0; iteration < max_iterations; ++iteration) {
        if (!evaluate(x, true, local) || !std::isfinite(local.value) ||
            !newton_step(local, free_variables(local, low, high, x), step)) {
            return -1;
        }
        const double before = local.value;
        double length = 1;
        bool is_taken = false;
        for (int k = 0; k < kMaxHalvings && !is_taken; ++k, length /= 2) {
            const Eigen::VectorXd next = (x + length * step).cwiseMax(low).cwiseMin(high);
            const double promised = -local.gradient.dot(next - x);
            if (evaluate(next, false, tried) &&
                before - tried.value >= kSufficient * std::max(promised, 0.0)) {
                x = next;
                is_taken = true;
            }
        }
        if (!is_taken || before - tried.value <= kTolerance * before) {
            return iteration + 1;
        }
    }
    return max_iterations;
}

}  // namespace vasa::head
