// SPDX-License-Identifier: Apache-2.0
#include "fit/fit_problem.h"

#include "fit/fit_costs.h"

#include "vasa/core/error.h"
#include "vasa/head/action_groups.h"
#include "vasa/head/face_measures.h"

#include <algorithm>
#include <utility>

#include <Eigen/Cholesky>
#include <ceres/ceres.h>

namespace vasa::head {
namespace {

/// Limit of identity coefficients, standard deviations from the mean head.
constexpr double kIdentityLimit = 4.0;

double prior_of(Action action, const LandmarkFitOptions& options) {
    if (action == Action::CheekPuff) {
        return options.weak_action_prior;
    }
    if (action == Action::JawOpen) {
        return options.jaw_prior;
    }
    return is_lip_parting_action(action) ? options.lip_prior : options.action_prior;
}

void add_landmarks(const FitInput& input,
                   const SparseModel& sparse,
                   FitParameters& p,
                   ceres::Problem& problem) {
    const double unit = input.options.sigma * eye_distance_px(input.landmarks);
    auto* huber = new ceres::HuberLoss(input.options.huber);
    std::vector<double*> blocks = {p.pose.data(), p.actions.data()};
    if (sparse.num_identity > 0) {
        blocks.push_back(p.identity.data());
    }
    for (int i = 0; i < kNumMeshLandmarks; ++i) {
        problem.AddResidualBlock(new LandmarkCost(sparse,
                                                  i,
                                                  input.camera,
                                                  input.landmarks[i],
                                                  input.model.landmark_weights()[i] / unit),
                                 huber,
                                 blocks);
    }
}

/// Keeps parameters within low..high.
void bound(std::vector<double>& values, double low, double high, ceres::Problem& problem) {
    for (int k = 0; k < static_cast<int>(values.size()); ++k) {
        problem.SetParameterLowerBound(values.data(), k, low);
        problem.SetParameterUpperBound(values.data(), k, high);
    }
}

void add_priors(const FitInput& input,
                const SparseModel& sparse,
                FitParameters& p,
                ceres::Problem& problem) {
    const auto n = static_cast<Eigen::Index>(p.identity.size());
    const auto m = static_cast<Eigen::Index>(p.actions.size());
    if (n > 0) {
        problem.AddResidualBlock(
            new LinearPrior(input.options.identity_prior * Eigen::MatrixXd::Identity(n, n),
                            Eigen::VectorXd::Zero(n)),
            nullptr,
            p.identity.data());
        bound(p.identity, -kIdentityLimit, kIdentityLimit, problem);
    }
    problem.AddResidualBlock(
        new LinearPrior(action_prior(sparse.free_actions, input.options), Eigen::VectorXd::Zero(m)),
        nullptr,
        p.actions.data());
    bound(p.actions, 0.0, 1.0, problem);
}

/// Pulls parameters towards the start.
void add_start_priors(const LandmarkFitStart& start,
                      const SparseModel& sparse,
                      FitParameters& p,
                      ceres::Problem& problem) {
    const auto m = static_cast<Eigen::Index>(p.actions.size());
    if (start.action_prior > 0) {
        Eigen::VectorXd centre(m);
        for (Eigen::Index k = 0; k < m; ++k) {
            centre(k) = start.actions.values[sparse.free_actions[k]];
        }
        problem.AddResidualBlock(
            new LinearPrior(start.action_prior * Eigen::MatrixXd::Identity(m, m), centre),
            nullptr,
            p.actions.data());
    }
    if (start.pose_prior > 0) {
        const auto values = pose_values(start.pose);
        Eigen::VectorXd centre(kNumPoseValues), scale(kNumPoseValues);
        std::copy(values.begin(), values.end(), centre.data());
        // A radian counts as ten centimetres; the distance is the least certain value.
        scale << 10, 10, 10, 1, 1, 0.3;
        problem.AddResidualBlock(
            new LinearPrior(start.pose_prior * Eigen::MatrixXd(scale.asDiagonal()), centre),
            nullptr,
            p.pose.data());
    }
}

}  // namespace

Eigen::MatrixXd action_prior(const std::vector<int>& free_actions,
                             const LandmarkFitOptions& options) {
    return action_prior(free_actions, [&](Action action) { return prior_of(action, options); });
}

Eigen::MatrixXd action_prior(const std::vector<int>& free_actions,
                             const std::function<double(Action)>& prior_of) {
    constexpr double kOpposed = 0.95;
    const auto m = static_cast<Eigen::Index>(free_actions.size());
    Eigen::VectorXd prior(m);
    for (Eigen::Index k = 0; k < m; ++k) {
        prior(k) = prior_of(static_cast<Action>(free_actions[k]));
    }
    Eigen::MatrixXd q = prior.cwiseAbs2().asDiagonal();
    const auto index = [&](Action action) -> Eigen::Index {
        const auto it =
            std::find(free_actions.begin(), free_actions.end(), static_cast<int>(action));
        return it - free_actions.begin();
    };
    const auto oppose = [&](Action a, Action b) {
        const Eigen::Index i = index(a), j = index(b);
        if (i == m || j == m) {
            return;  // not both are free
        }
        q(i, j) = q(j, i) = kOpposed * prior(i) * prior(j);
    };
    oppose(Action::MouthLeft, Action::MouthRight);
    oppose(Action::JawLeft, Action::JawRight);
    for (const auto& [a, b] : {std::pair{Action::EyeBlinkLeft, Action::EyeWideLeft},
                               std::pair{Action::MouthSmileLeft, Action::MouthFrownLeft},
                               std::pair{Action::BrowDownLeft, Action::BrowOuterUpLeft}}) {
        oppose(a, b);
        oppose(mirrored(a), mirrored(b));
    }
    return q.llt().matrixU();
}

int solve_stage(const FitInput& input,
                const SparseModel& sparse,
                int max_iterations,
                FitParameters& parameters) {
    ceres::Problem problem;
    add_landmarks(input, sparse, parameters, problem);
    add_priors(input, sparse, parameters, problem);
    if (input.start) {
        add_start_priors(*input.start, sparse, parameters, problem);
    }
    ceres::Solver::Options solver;
    solver.linear_solver_type = ceres::DENSE_NORMAL_CHOLESKY;
    solver.max_num_iterations = max_iterations;
    solver.function_tolerance = 1e-6;
    solver.parameter_tolerance = 1e-6;
    solver.num_threads = 1;
    solver.logging_type = ceres::SILENT;
    solver.max_num_line_search_step_size_iterations = 4;
    ceres::Solver::Summary summary;
    ceres::Solve(solver, &problem, &summary);
    if (!summary.IsSolutionUsable()) {
        throw core::Error(core::ErrorKind::Input,
                          "cannot fit the head to the face's landmarks: " + summary.message);
    }
    return static_cast<int>(summary.iterations.size());
}

}  // namespace vasa::head
