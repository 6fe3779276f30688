// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "head/new_mesh.h"
#include "head/source_head.h"
#include "head/source_landmarks.h"

#include "vasa/train/head_model_trainer.h"

#include <cstdint>
#include <vector>

namespace vasa::train {

/// The shapes that the mesh is simplified for: the actions that bend the surface most, on several
/// people.
std::vector<head::Points> training_shapes(const SourceHead& head, std::uint64_t seed);

/// Simplifies the source's parts, and adds strips of gum and eyeballs.
NewMesh build_mesh(const SourceHead& head,
                   const SourceLandmarks& landmarks,
                   const HeadModelTrainOptions& options);

}  // namespace vasa::train
