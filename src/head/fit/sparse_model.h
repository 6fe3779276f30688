// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/head/head_model.h"

#include <vector>

#include <Eigen/Core>

namespace vasa::head {

/// The model reduced to its landmarks on the skin, in double precision.
struct SparseModel {
    std::vector<int> free_actions;  ///< all but the gaze, which irises tell, and the tongue
    int num_identity = 0;           ///< 0 where the person is known
    Points rest;                    ///< the whole head without free parameters
    /// Per landmark: rest position without free parameters, and its basis [3, identity + actions].
    std::vector<Eigen::Vector3d> base;
    std::vector<Eigen::Matrix<double, 3, Eigen::Dynamic>> basis;
};

/// Where a landmark lies on a shape, or moves to in a direction of the basis.
Eigen::Vector3d landmark_of(const HeadModel& model, const Points& points, int landmark);

/// @param held  identity that is not fitted; null = num_identity components are
SparseModel make_sparse_model(const HeadModel& model,
                              int num_identity,
                              const std::vector<float>* held);

/// Lid offsets of the held gaze actions, added to the landmarks' base positions.
void add_held_gaze(const HeadModel& model, const Actions& actions, SparseModel& sparse);

}  // namespace vasa::head
