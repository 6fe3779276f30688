// SPDX-License-Identifier: Apache-2.0
// Compares derivatives of all residual blocks of a landmark fit with central differences.
#include "fit/fit_costs.h"

#include "fit/fit_problem.h"
#include "support/synthetic_face.h"

#include <memory>
#include <vector>

#include "support/catch.h"

using namespace vasa;

namespace {

using Blocks = std::vector<std::vector<double>>;

std::vector<const double*> pointers(const Blocks& blocks) {
    std::vector<const double*> out;
    for (const auto& block : blocks) {
        out.push_back(block.data());
    }
    return out;
}

std::vector<double> residuals_at(const ceres::CostFunction& cost, const Blocks& blocks) {
    std::vector<double> residuals(static_cast<std::size_t>(cost.num_residuals()));
    REQUIRE(cost.Evaluate(pointers(blocks).data(), residuals.data(), nullptr));
    return residuals;
}

/// Largest difference between analytic derivative and central difference, relative to the block's
/// largest derivative.
double worst_jacobian_error(const ceres::CostFunction& cost, const Blocks& blocks) {
    constexpr double kStep = 1e-5;
    const int num_residuals = cost.num_residuals();
    std::vector<std::vector<double>> jacobians;
    std::vector<double*> rows;
    for (const auto& block : blocks) {
        jacobians.emplace_back(static_cast<std::size_t>(num_residuals) * block.size());
    }
    for (auto& jacobian : jacobians) {
        rows.push_back(jacobian.data());
    }
    std::vector<double> residuals(static_cast<std::size_t>(num_residuals));
    REQUIRE(cost.Evaluate(pointers(blocks).data(), residuals.data(), rows.data()));
    double worst = 0;
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        double largest = 0, error = 0;
        for (std::size_t k = 0; k < blocks[b].size(); ++k) {
            Blocks above = blocks, below = blocks;
            above[b][k] += kStep;
            below[b][k] -= kStep;
            const auto high = residuals_at(cost, above), low = residuals_at(cost, below);
            for (int r = 0; r < num_residuals; ++r) {
                const double analytic = jacobians[b][r * blocks[b].size() + k];
                largest = std::max(largest, std::abs(analytic));
                error = std::max(error, std::abs(analytic - (high[r] - low[r]) / (2 * kStep)));
            }
        }
        REQUIRE(largest > 0);
        worst = std::max(worst, error / largest);
    }
    return worst;
}

std::vector<double> random_values(std::size_t count, double low, double high, core::Rng& rng) {
    std::vector<double> values;
    for (std::size_t i = 0; i < count; ++i) {
        values.push_back(rng.uniform(low, high));
    }
    return values;
}

std::vector<double> random_pose(core::Rng& rng) {
    return {rng.uniform(-0.6, 0.6),
            rng.uniform(-0.5, 0.5),
            rng.uniform(-0.5, 0.5),
            rng.uniform(-4, 4),
            rng.uniform(-4, 4),
            rng.uniform(-140, -60)};
}

}  // namespace

TEST_CASE("derivatives of projected landmarks are those of the projection") {
    const head::HeadModel model = support::load_head();
    const head::Camera camera = head::default_camera(head::kFrameSize_px);
    core::Rng rng(5);
    const std::vector<float> known = {0.5F, -1.0F, 0.3F};
    for (const std::vector<float>* held :
         {static_cast<const std::vector<float>*>(nullptr), &known}) {
        const head::SparseModel sparse = head::make_sparse_model(model, 20, held);
        CHECK((sparse.num_identity == 0) == (held != nullptr));
        for (int i = 0; i < 40; ++i) {
            const int landmark = static_cast<int>(rng.below(head::kNumMeshLandmarks));
            const head::LandmarkCost cost(sparse, landmark, camera, {250, 260}, 0.7);
            Blocks blocks = {random_pose(rng),
                             random_values(sparse.free_actions.size(), 0, 1, rng)};
            if (sparse.num_identity > 0) {
                blocks.push_back(random_values(sparse.num_identity, -2, 2, rng));
            }
            INFO("landmark " << landmark);
            CHECK(worst_jacobian_error(cost, blocks) < 1e-6);
        }
    }
}

TEST_CASE("derivatives of priors are their matrices") {
    const head::HeadModel model = support::load_head();
    const head::SparseModel sparse = head::make_sparse_model(model, 20, nullptr);
    core::Rng rng(6);
    const auto num_actions = static_cast<Eigen::Index>(sparse.free_actions.size());
    const Eigen::MatrixXd actions =
        head::action_prior(sparse.free_actions, head::LandmarkFitOptions());
    const Eigen::VectorXd centre = Eigen::VectorXd::LinSpaced(num_actions, 0, 1);
    const head::LinearPrior cost(actions, centre);
    const Blocks blocks = {random_values(sparse.free_actions.size(), 0, 1, rng)};
    CHECK(worst_jacobian_error(cost, blocks) < 1e-8);
    // More rows than columns, so that swapping them is detected.
    const head::LinearPrior tall(Eigen::MatrixXd::Random(7, 3), Eigen::Vector3d(1, 2, 3));
    CHECK(worst_jacobian_error(tall, {random_values(3, -1, 1, rng)}) < 1e-8);
    // The residual is zero where the parameters equal the centre.
    CHECK(residuals_at(tall, {{1, 2, 3}}) == std::vector<double>(7, 0.0));
}

TEST_CASE("opposed actions cost more together than apart") {
    const head::HeadModel model = support::load_head();
    const head::SparseModel sparse = head::make_sparse_model(model, 1, nullptr);
    const Eigen::MatrixXd prior =
        head::action_prior(sparse.free_actions, head::LandmarkFitOptions());
    const auto cost_of = [&](const std::vector<head::Action>& set) {
        Eigen::VectorXd x = Eigen::VectorXd::Zero(prior.cols());
        for (const head::Action action : set) {
            const auto it = std::find(
                sparse.free_actions.begin(), sparse.free_actions.end(), static_cast<int>(action));
            x(it - sparse.free_actions.begin()) = 1;
        }
        return (prior * x).squaredNorm();
    };
    using head::Action;
    for (const auto& [a, b] : {std::pair{Action::MouthLeft, Action::MouthRight},
                               std::pair{Action::JawLeft, Action::JawRight},
                               std::pair{Action::EyeBlinkLeft, Action::EyeWideLeft},
                               std::pair{Action::EyeBlinkRight, Action::EyeWideRight},
                               std::pair{Action::MouthSmileRight, Action::MouthFrownRight},
                               std::pair{Action::BrowDownRight, Action::BrowOuterUpRight}}) {
        CHECK(cost_of({a, b}) > 1.9 * (cost_of({a}) + cost_of({b})));
    }
    CHECK(cost_of({Action::JawOpen, Action::MouthSmileLeft}) ==
          Approx(cost_of({Action::JawOpen}) + cost_of({Action::MouthSmileLeft})));
    // 25 = 5², 56 = 7.5²: actions that landmarks show poorly have a stronger prior.
    CHECK(cost_of({Action::CheekPuff}) == Approx(56.25));
    CHECK(cost_of({Action::JawOpen}) == Approx(25));
}
