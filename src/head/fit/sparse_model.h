// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/head/head_model.h"

#include <vector>

#include <Eigen/Core>

namespace vasa::head {

/// The model reduced to its landmarks on the skin, in double precision.
struct SparseModel {
    std::vector<int> free_actions;  ///< all except gaze (from the irises) and tongue
    int num_identity = 0;           ///< 0 if the person is known
    Points rest;                    ///< whole head, free parameters at zero
    /// Per landmark: position with free parameters at zero, and basis [3, identity + actions].
    std::vector<Eigen::Vector3d> base;
    std::vector<Eigen::Matrix<double, 3, Eigen::Dynamic>> basis;
};

/// Position of a landmark on a shape, or its displacement by a basis vector.
Eigen::Vector3d landmark_of(const HeadModel& model, const Points& points, int landmark);

/// @param held  fixed identity; null = num_identity components are fitted
SparseModel make_sparse_model(const HeadModel& model,
                              int num_identity,
                              const std::vector<float>* held);

/// Adds the lid offsets of the held gaze actions to the landmarks' base positions.
void add_held_gaze(const HeadModel& model, const Actions& actions, SparseModel& sparse);

}  // namespace vasa::head
