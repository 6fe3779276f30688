// SPDX-License-Identifier: Apache-2.0
#include "fit/fit_costs.h"
#include "fit/landmark68_model.h"
#include "fit/landmark68_problem.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include <ceres/ceres.h>

namespace vasa::head {
namespace {

constexpr int kMaxIterations = 60;

using PoseValues = std::array<double, kNumPoseValues>;

/// Mean error of neutral frames, see Landmark68Person::mean_error.
double neutral_error(const HeadModel& model,
                     const Camera& camera,
                     const Landmark68Person& found,
                     const std::vector<Landmarks68>& neutral,
                     const std::vector<PoseValues>& poses) {
    const SparseModel sparse = sparse_model68(model, found);
    double sum = 0;
    for (std::size_t f = 0; f < neutral.size(); ++f) {
        Landmark68Fit fit;
        for (int k = 0; k < kNumPoseValues; ++k) {
            fit.pose.*kPoseMembers[k] = static_cast<float>(poses[f][k]);
        }
        sum += mean_error68(project68(sparse, camera, fit), neutral[f]);
    }
    return sum / static_cast<double>(neutral.size());
}

/// @param poses  the parameter blocks that the Schur complement removes
void solve(ceres::Problem& problem, const std::vector<double*>& poses) {
    ceres::Solver::Options solver;
    solver.linear_solver_type = ceres::DENSE_SCHUR;
    solver.max_num_iterations = kMaxIterations;
    solver.function_tolerance = 1e-6;
    solver.parameter_tolerance = 1e-6;
    solver.num_threads = 1;
    solver.logging_type = ceres::SILENT;
    solver.linear_solver_ordering = std::make_shared<ceres::ParameterBlockOrdering>();
    std::vector<double*> blocks;
    problem.GetParameterBlocks(&blocks);
    for (double* block : blocks) {
        const bool is_pose = std::find(poses.begin(), poses.end(), block) != poses.end();
        solver.linear_solver_ordering->AddElementToGroup(block, is_pose ? 0 : 1);
    }
    ceres::Solver::Summary summary;
    ceres::Solve(solver, &problem, &summary);
    if (!summary.IsSolutionUsable()) {
        throw core::Error(core::ErrorKind::Input,
                          "cannot fit the head to 68 face landmarks: " + summary.message);
    }
}

/// @param scale   inverse standard deviations of `values`, from their start
/// @param values  identity and offsets
/// @return        pose of each frame
std::vector<PoseValues> solve_neutral(const Landmark68Fitter::State& s,
                                      const std::vector<Landmarks68>& neutral,
                                      const SparseModel& sparse,
                                      const Eigen::VectorXd& scale,
                                      Eigen::VectorXd& values) {
    std::vector<double> no_action(1, 0.0);
    std::vector<PoseValues> poses(neutral.size());
    ceres::Problem problem;
    std::vector<double*> pose_blocks;
    for (std::size_t f = 0; f < neutral.size(); ++f) {
        check_landmarks68(neutral[f]);
        const auto start = pose_values(s.initial_pose(sparse, neutral[f]));
        std::copy(start.begin(), start.end(), poses[f].begin());
        s.add_landmarks(
            sparse, neutral[f], {poses[f].data(), no_action.data(), values.data()}, problem);
        pose_blocks.push_back(poses[f].data());
    }
    problem.SetParameterBlockConstant(no_action.data());
    problem.AddResidualBlock(
        new LinearPrior(Eigen::MatrixXd(scale.asDiagonal()), values), nullptr, values.data());
    solve(problem, pose_blocks);
    return poses;
}

/// Fits a person, or the offsets of a known one, to neutral frames.
Landmark68Person fit_neutral(const Landmark68Fitter::State& s,
                             const std::vector<Landmarks68>& neutral,
                             const Landmark68Person* known) {
    if (neutral.empty()) {
        throw core::Error(core::ErrorKind::Input,
                          "no neutral frames of 68 landmarks to fit a person to");
    }
    const SparseModel sparse = sparse_model68_of_person(s.model, s.options.num_identity, known);
    const int num_identity = sparse.num_identity - 3 * kNumLandmarks68;
    Eigen::VectorXd values = Eigen::VectorXd::Zero(sparse.num_identity);
    for (int i = 0; known != nullptr && i < kNumLandmarks68; ++i) {
        values.segment<3>(3 * i) = known->offset_cm[i];
    }
    const double offset_sigma_cm =
        known != nullptr ? s.options.shot_offset_sigma_cm : s.options.offset_sigma_cm;
    // The priors stand against the sum over all frames, as if each frame had its own: the
    // offsets are the schemes' differences, which more frames do not make larger.
    const double per_frame = std::sqrt(static_cast<double>(neutral.size()));
    Eigen::VectorXd scale(sparse.num_identity);
    scale.head(num_identity).setConstant(s.options.identity_prior * per_frame);
    scale.tail(3 * kNumLandmarks68).setConstant(per_frame / offset_sigma_cm);
    const auto poses = solve_neutral(s, neutral, sparse, scale, values);
    Landmark68Person result = known != nullptr ? *known : Landmark68Person{};
    if (known == nullptr) {
        result.identity.assign(values.data(), values.data() + num_identity);
    }
    for (int i = 0; i < kNumLandmarks68; ++i) {
        result.offset_cm[i] = values.segment<3>(num_identity + 3 * i);
    }
    result.mean_error = neutral_error(s.model, s.camera, result, neutral, poses);
    return result;
}

}  // namespace

Landmark68Person Landmark68Fitter::fit_person(const std::vector<Landmarks68>& neutral) const {
    return fit_neutral(*state_, neutral, nullptr);
}

Landmark68Person Landmark68Fitter::fit_shot(const Landmark68Person& person,
                                            const std::vector<Landmarks68>& neutral) const {
    return fit_neutral(*state_, neutral, &person);
}

}  // namespace vasa::head
