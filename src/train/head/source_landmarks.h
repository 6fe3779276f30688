// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "head/new_mesh.h"
#include "head/source_head.h"

#include <string>
#include <vector>

#include <Eigen/Core>

namespace vasa::train {

/// The surface point of each landmark on the source head, with its weight in fits.
struct SourceLandmarks {
    std::vector<int> triangle;
    std::vector<float> barycentric, weight, sigma;

    /// The place of landmark `i` on a shape of the source.
    Eigen::RowVector3f point(const SourceHead& head, const head::Points& shape, int i) const;
};

/// @throws Error(Input) for a damaged file, or one that names triangles the head does not have.
SourceLandmarks load_source_landmarks(const std::string& path, const SourceHead& head);

/// The source's mouthClose overshoots. Scales it so that at jawOpen = mouthClose = 1 the inner lips
/// meet as they do at rest.
void scale_mouth_close(SourceHead& head, const SourceLandmarks& landmarks);

/// Finds for each landmark the point of the new skin that follows the source's landmark best over
/// all shapes, not only at rest (where closed lips touch).
/// @param source_shapes, new_shapes  the same shapes of both meshes, the first at rest
/// @param triangle     [kNumMeshLandmarks] of the new mesh, added
/// @param barycentric  [kNumMeshLandmarks, 3], added
void embed_landmarks(const SourceHead& head,
                     const SourceLandmarks& landmarks,
                     const NewMesh& mesh,
                     const std::vector<head::Points>& source_shapes,
                     const std::vector<head::Points>& new_shapes,
                     std::vector<int>& triangle,
                     std::vector<float>& barycentric);

}  // namespace vasa::train
