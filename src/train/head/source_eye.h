// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "head/new_mesh.h"
#include "head/source_head.h"

#include <vector>

#include <Eigen/Core>

namespace vasa::train {

/// An eye of the source head, cm.
struct SourceEye {
    Eigen::Vector3f center, axis;
    std::vector<int> vertices;  ///< of the white
    float white_radius = 0;
};

/// @throws Error(Input) if the eye has no white beside the pupil.
SourceEye source_eye(const SourceHead& head, bool left);

/// A ball with rings around the pupil's axis, denser over the iris; the back is left open.
void add_eyeball(const SourceEye& eye, head::Part part, NewMesh& mesh);

}  // namespace vasa::train
