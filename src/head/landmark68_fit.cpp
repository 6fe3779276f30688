// SPDX-License-Identifier: Apache-2.0
#include "vasa/head/landmark68_fit.h"

#include "fit/box_minimum.h"
#include "fit/fit_costs.h"
#include "fit/fit_problem.h"
#include "fit/landmark68_model.h"
#include "fit/landmark68_problem.h"

#include "vasa/core/error.h"

#include <cmath>
#include <deque>

#include <Eigen/Cholesky>

namespace vasa::head {
namespace {

constexpr double kUnbounded = 1e9;

/// The sum of squares of a frame: reprojection errors with Huber's loss, priors. Unknowns: pose
/// [6], actions [M].
class FrameProblem {
  public:
    /// @param previous  unknowns of the frame before, null = none; copied
    FrameProblem(const Landmark68Fitter::State& state,
                 const Landmarks68& landmarks,
                 const Eigen::VectorXd* previous)
        : state_(state), prior_(Eigen::MatrixXd::Zero(num_unknowns(), num_unknowns())) {
        for (int i = 0; i < kNumLandmarks68; ++i) {
            costs_.emplace_back(
                state.person, i, state.camera, landmarks[i], state.residual_per_px(i, landmarks));
        }
        const Eigen::Index m = num_unknowns() - kNumPoseValues;
        prior_.bottomRightCorner(m, m) = state.prior.transpose() * state.prior;
        centre_ = Eigen::VectorXd::Zero(num_unknowns());
        if (previous != nullptr) {
            const double action_step = state.options.action_step_prior;
            Eigen::VectorXd step = Eigen::VectorXd::Constant(num_unknowns(), action_step);
            // A radian counts as ten centimetres.
            step.head<kNumPoseValues>() << 10, 10, 10, 1, 1, 1;
            step.head<kNumPoseValues>() *= state.options.pose_step_prior;
            const Eigen::MatrixXd step_prior = step.cwiseAbs2().asDiagonal();
            // Both priors as one quadratic: its centre is their weighted mean.
            const Eigen::VectorXd pull = step_prior * *previous;
            prior_ += step_prior;
            centre_ = prior_.ldlt().solve(pull);
        }
    }

    bool evaluate(const Eigen::VectorXd& x, bool with_derivatives, LocalModel& local) const {
        const Eigen::VectorXd from_centre = x - centre_, pull = prior_ * from_centre;
        local.value = 0.5 * from_centre.dot(pull);
        if (with_derivatives) {
            local.gradient = pull;
            local.hessian = prior_;
        }
        const Eigen::Index m = x.size() - kNumPoseValues;
        Eigen::Matrix<double, 2, kNumPoseValues, Eigen::RowMajor> by_pose;
        Eigen::Matrix<double, 2, Eigen::Dynamic, Eigen::RowMajor> by_action(2, m);
        Eigen::MatrixXd jacobian(2 * kNumLandmarks68, x.size());
        Eigen::VectorXd residuals(2 * kNumLandmarks68);
        const double* blocks[] = {x.data(), x.data() + kNumPoseValues};
        double* jacobians[] = {by_pose.data(), by_action.data()};
        const double huber = state_.options.huber;
        for (int i = 0; i < kNumLandmarks68; ++i) {
            Eigen::Vector2d r;
            if (!costs_[i].Evaluate(blocks, r.data(), with_derivatives ? jacobians : nullptr)) {
                return false;
            }
            const double length = r.norm();
            const bool is_far = length > huber;
            local.value += is_far ? huber * (length - huber / 2) : length * length / 2;
            if (with_derivatives) {
                // Iteratively reweighted squares have the loss's gradient.
                const double weight = is_far ? std::sqrt(huber / length) : 1.0;
                residuals.segment<2>(2 * i) = weight * r;
                jacobian.block<2, kNumPoseValues>(2 * i, 0) = weight * by_pose;
                jacobian.block(2 * i, kNumPoseValues, 2, m) = weight * by_action;
            }
        }
        if (with_derivatives) {
            local.gradient += jacobian.transpose() * residuals;
            local.hessian += jacobian.transpose() * jacobian;
        }
        return true;
    }

  private:
    Eigen::Index num_unknowns() const {
        return kNumPoseValues + static_cast<Eigen::Index>(state_.person.free_actions.size());
    }

    const Landmark68Fitter::State& state_;
    std::deque<LandmarkCost> costs_;  // cannot be copied
    Eigen::MatrixXd prior_;
    Eigen::VectorXd centre_;
};

}  // namespace

void Landmark68FitOptions::check() const {
    const bool is_good = sigma > 0 && huber > 0 && outline_weight >= 0 && chin_weight >= 0 &&
                         num_identity >= 1 && num_identity <= HeadModel::kMaxIdentity &&
                         identity_prior > 0 && offset_sigma_cm > 0 && shot_offset_sigma_cm > 0 &&
                         action_prior > 0 && weak_action_prior > 0 && pose_step_prior >= 0 &&
                         action_step_prior >= 0 && max_iterations >= 1;
    if (!is_good) {
        throw core::Error(core::ErrorKind::Usage,
                          "options of the fit to 68 landmarks are out of range");
    }
}

Landmark68Fitter::Landmark68Fitter(const HeadModel& model,
                                   const Camera& camera,
                                   const Landmark68FitOptions& options) {
    options.check();
    Landmark68Person mean;
    mean.offset_cm.fill(Eigen::Vector3d::Zero());
    const SparseModel sparse = sparse_model68(model, mean);
    const auto prior_of = [&](Action action) {
        return is_weak_action68(action) ? options.weak_action_prior : options.action_prior;
    };
    const Eigen::MatrixXd prior = action_prior(sparse.free_actions, prior_of);
    state_ = std::make_unique<State>(State{model, camera, options, sparse, prior});
}

Landmark68Fitter::~Landmark68Fitter() = default;
Landmark68Fitter::Landmark68Fitter(Landmark68Fitter&&) noexcept = default;

void Landmark68Fitter::set_person(const Landmark68Person& person) {
    state_->person = sparse_model68(state_->model, person);
}

Landmark68Fit Landmark68Fitter::fit(const Landmarks68& landmarks,
                                    const std::optional<Landmark68Fit>& previous) const {
    check_landmarks68(landmarks);
    const State& s = *state_;
    const std::vector<int>& actions = s.person.free_actions;
    const auto m = static_cast<Eigen::Index>(actions.size());
    Landmark68Fit result = previous.value_or(Landmark68Fit{});
    const auto pose = pose_values(previous ? previous->pose : s.initial_pose(s.person, landmarks));
    Eigen::VectorXd x(kNumPoseValues + m);
    for (Eigen::Index k = 0; k < x.size(); ++k) {
        x(k) = k < kNumPoseValues
                   ? static_cast<double>(pose[k])
                   : static_cast<double>(result.actions.values[actions[k - kNumPoseValues]]);
    }
    Eigen::VectorXd low = Eigen::VectorXd::Zero(x.size()), high = Eigen::VectorXd::Ones(x.size());
    low.head<kNumPoseValues>().setConstant(-kUnbounded);
    high.head<kNumPoseValues>().setConstant(kUnbounded);
    const FrameProblem problem(s, landmarks, previous ? &x : nullptr);
    const auto evaluate = [&](const Eigen::VectorXd& at, bool with_derivatives, LocalModel& local) {
        return problem.evaluate(at, with_derivatives, local);
    };
    if (minimise_in_box(evaluate, low, high, s.options.max_iterations, x) < 0) {
        throw core::Error(core::ErrorKind::Input,
                          "cannot fit the head to 68 face landmarks: the solver failed");
    }
    for (Eigen::Index k = 0; k < x.size(); ++k) {
        const auto value = static_cast<float>(x(k));
        if (k < kNumPoseValues) {
            result.pose.*kPoseMembers[k] = value;
        } else {
            result.actions.values[actions[k - kNumPoseValues]] = value;
        }
    }
    result.mean_error = mean_error68(project(result), landmarks);
    return result;
}

Landmarks68 Landmark68Fitter::project(const Landmark68Fit& fit) const {
    return project68(state_->person, state_->camera, fit);
}

}  // namespace vasa::head
