// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "head/source_head.h"

#include "vasa/head/head_model.h"

#include <array>
#include <vector>

#include <Eigen/Core>

namespace vasa::train {

/// A vertex of the new mesh: a point of the source surface or beside it, or a point of an eyeball.
struct NewVertex {
    int source = -1;  ///< source vertex, or -1 for eyeballs
    head::Part part = head::Part::Skin;
    /// Relative to the source vertex; for eyeballs, to the centre of the eye.
    Eigen::Vector3f offset = Eigen::Vector3f::Zero();
};

/// The head model in the making.
struct NewMesh {
    std::vector<NewVertex> vertices;
    std::vector<std::array<int, 3>> triangles;
    std::vector<head::Part> parts;  ///< per triangle
};

}  // namespace vasa::train
