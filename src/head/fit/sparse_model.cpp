// SPDX-License-Identifier: Apache-2.0
#include "fit/sparse_model.h"

#include "vasa/head/action_groups.h"
#include "vasa/head/landmarks.h"

#include <algorithm>
#include <utility>

namespace vasa::head {

Eigen::Vector3d landmark_of(const HeadModel& model, const Points& points, int landmark) {
    return model.landmark(points, landmark).transpose().cast<double>();
}

SparseModel make_sparse_model(const HeadModel& model,
                              int num_identity,
                              const std::vector<float>* held) {
    SparseModel sparse;
    sparse.num_identity = held != nullptr ? 0 : std::min(num_identity, model.num_identity());
    sparse.rest = held != nullptr ? model.shape(*held) : model.neutral();
    for (int a = 0; a < kNumActions; ++a) {
        if (!is_gaze_action(static_cast<Action>(a)) &&
            static_cast<Action>(a) != Action::TongueOut) {
            sparse.free_actions.push_back(a);
        }
    }
    const auto columns = sparse.num_identity + static_cast<int>(sparse.free_actions.size());
    for (int i = 0; i < kNumMeshLandmarks; ++i) {
        sparse.base.push_back(landmark_of(model, sparse.rest, i));
        Eigen::Matrix<double, 3, Eigen::Dynamic> b(3, columns);
        for (int k = 0; k < sparse.num_identity; ++k) {
            b.col(k) = landmark_of(model, model.identity_basis()[k], i);
        }
        for (std::size_t k = 0; k < sparse.free_actions.size(); ++k) {
            b.col(sparse.num_identity + static_cast<int>(k)) =
                landmark_of(model, model.action_basis()[sparse.free_actions[k]], i);
        }
        sparse.basis.push_back(std::move(b));
    }
    return sparse;
}

void add_held_gaze(const HeadModel& model, const Actions& actions, SparseModel& sparse) {
    for (int i = 0; i < kNumMeshLandmarks; ++i) {
        sparse.base[i] = landmark_of(model, sparse.rest, i);
        for (int a = 0; a < kNumActions; ++a) {
            if (is_gaze_action(static_cast<Action>(a)) && actions.values[a] != 0) {
                sparse.base[i] +=
                    actions.values[a] * landmark_of(model, model.action_basis()[a], i);
            }
        }
    }
}

}  // namespace vasa::head
