// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/head/head_model.h"

#include <array>
#include <cstdint>
#include <vector>

#include <Eigen/Core>

namespace vasa::train {

/// A mesh in several shapes, to be simplified for all of them at once.
struct SimplifyInput {
    std::vector<head::Points> shapes;  ///< [num_shapes] of [num_vertices, 3]
    std::vector<std::array<int, 3>> triangles;
    std::vector<float> importance;  ///< [num_vertices], multiplies the error around a vertex
    std::vector<char> locked;       ///< [num_vertices], 1 = is not removed
};

/// Half-edge collapses by the quadric error summed over all shapes, until `target_vertices` remain.
///
/// Vertices keep their positions (the result is a subset of the input's vertices), open borders and
/// manifoldness are kept, and no triangle flips in any shape.
/// @return triangles with the input's vertex numbers
/// Source: Garland and Heckbert, Surface Simplification Using Quadric Error Metrics (1997);
///         summed over shapes as in Mohr and Gleicher, Deformation Sensitive Decimation (2003).
std::vector<std::array<int, 3>> simplify(const SimplifyInput& input, int target_vertices);

}  // namespace vasa::train
