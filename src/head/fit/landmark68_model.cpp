// SPDX-License-Identifier: Apache-2.0
#include "fit/landmark68_model.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace vasa::head {
namespace {

using Column = Eigen::Matrix<double, 3, Eigen::Dynamic>;

/// Lid points of each eye that a blink moves: upper, upper, lower, lower.
constexpr int kLidPoints[2][4] = {{37, 38, 41, 40}, {43, 44, 47, 46}};
constexpr Action kBlinks[2] = {Action::EyeBlinkRight, Action::EyeBlinkLeft};

/// Actions that 68 points show well, and those that they show poorly.
constexpr Action kPlainActions[] = {Action::EyeBlinkLeft,
                                    Action::EyeBlinkRight,
                                    Action::JawOpen,
                                    Action::MouthClose,
                                    Action::MouthFunnel,
                                    Action::MouthPucker,
                                    Action::MouthSmileLeft,
                                    Action::MouthSmileRight,
                                    Action::MouthStretchLeft,
                                    Action::MouthStretchRight,
                                    Action::MouthLowerDownLeft,
                                    Action::MouthLowerDownRight,
                                    Action::MouthUpperUpLeft,
                                    Action::MouthUpperUpRight,
                                    Action::BrowDownLeft,
                                    Action::BrowDownRight,
                                    Action::BrowInnerUp,
                                    Action::BrowOuterUpLeft,
                                    Action::BrowOuterUpRight};
constexpr Action kWeakActions[] = {Action::EyeWideLeft,
                                   Action::EyeWideRight,
                                   Action::EyeSquintLeft,
                                   Action::EyeSquintRight,
                                   Action::MouthRollLower,
                                   Action::MouthRollUpper,
                                   Action::MouthShrugLower,
                                   Action::MouthShrugUpper,
                                   Action::MouthFrownLeft,
                                   Action::MouthFrownRight,
                                   Action::MouthLeft,
                                   Action::MouthRight,
                                   Action::MouthPressLeft,
                                   Action::MouthPressRight};

/// Scales a blink so that a value of 1 leaves the opening of detected points in closed eyes.
void scale_blink(int eye, double closed_lids, SparseModel& sparse) {
    const auto column = std::find(sparse.free_actions.begin(),
                                  sparse.free_actions.end(),
                                  static_cast<int>(kBlinks[eye])) -
                        sparse.free_actions.begin();
    const int* points = kLidPoints[eye];
    const auto opening = [&](double blink) {
        double sum = 0;
        for (int k = 0; k < 2; ++k) {
            const int up = points[k], down = points[k + 2];
            sum += sparse.base[up].y() + blink * sparse.basis[up](1, column) -
                   sparse.base[down].y() - blink * sparse.basis[down](1, column);
        }
        return sum / 2;
    };
    const double closed = closed_lids * (sparse.base[45] - sparse.base[36]).norm();
    const double moved = opening(0) - opening(1);
    if (moved <= 0 || opening(0) <= closed) {
        throw core::Error(core::ErrorKind::Input,
                          "the neutral eyes of 68 landmarks are closed, expected open ones");
    }
    for (int k = 0; k < 4; ++k) {
        sparse.basis[points[k]].col(column) *= (opening(0) - closed) / moved;
    }
}

}  // namespace

bool is_weak_action68(Action action) {
    return std::find(std::begin(kWeakActions), std::end(kWeakActions), action) !=
           std::end(kWeakActions);
}

SparseModel sparse_model68(const HeadModel& model, const Landmark68Person& person) {
    SparseModel sparse;
    for (const Action action : kPlainActions) {
        sparse.free_actions.push_back(static_cast<int>(action));
    }
    for (const Action action : kWeakActions) {
        sparse.free_actions.push_back(static_cast<int>(action));
    }
    sparse.rest = model.shape(person.identity);
    for (int i = 0; i < kNumLandmarks68; ++i) {
        const int mesh = kMeshOfLandmarks68[i];
        sparse.base.emplace_back(landmark_of(model, sparse.rest, mesh) + person.offset_cm[i]);
        Column basis(3, static_cast<Eigen::Index>(sparse.free_actions.size()));
        for (std::size_t k = 0; k < sparse.free_actions.size(); ++k) {
            basis.col(static_cast<Eigen::Index>(k)) =
                landmark_of(model, model.action_basis()[sparse.free_actions[k]], mesh);
        }
        sparse.basis.push_back(std::move(basis));
    }
    for (int eye = 0; eye < 2; ++eye) {
        scale_blink(eye, person.closed_lids, sparse);
    }
    return sparse;
}

SparseModel sparse_model68_of_person(const HeadModel& model,
                                     int num_identity,
                                     const Landmark68Person* known) {
    SparseModel sparse;
    num_identity = known != nullptr ? 0 : std::min(num_identity, model.num_identity());
    sparse.num_identity = num_identity + 3 * kNumLandmarks68;
    sparse.free_actions = {static_cast<int>(Action::JawOpen)};  // held at 0
    sparse.rest = known != nullptr ? model.shape(known->identity) : model.neutral();
    for (int i = 0; i < kNumLandmarks68; ++i) {
        const int mesh = kMeshOfLandmarks68[i];
        sparse.base.push_back(landmark_of(model, sparse.rest, mesh));
        Column basis = Column::Zero(3, sparse.num_identity + 1);
        for (int k = 0; k < num_identity; ++k) {
            basis.col(k) = landmark_of(model, model.identity_basis()[k], mesh);
        }
        basis.middleCols<3>(num_identity + 3 * i).setIdentity();
        sparse.basis.push_back(std::move(basis));
    }
    return sparse;
}

Landmarks68 project68(const SparseModel& sparse, const Camera& camera, const Landmark68Fit& fit) {
    const auto m = static_cast<Eigen::Index>(sparse.free_actions.size());
    Eigen::VectorXd actions(m);
    for (Eigen::Index k = 0; k < m; ++k) {
        actions(k) = fit.actions.values[sparse.free_actions[k]];
    }
    const Eigen::Matrix3d r = rotation_from_pose(fit.pose);
    const Eigen::Vector3d t = position_cm(fit.pose);
    Landmarks68 out;
    for (int i = 0; i < kNumLandmarks68; ++i) {
        const Eigen::Vector3d p =
            camera.project(r * (sparse.base[i] + sparse.basis[i] * actions) + t);
        out[i] = {static_cast<float>(p.x()), static_cast<float>(p.y())};
    }
    return out;
}

}  // namespace vasa::head
