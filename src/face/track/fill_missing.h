// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/face/face_encoder.h"

#include <vector>

namespace vasa::face {

/// Gives frames without a face the pose and actions between those of their neighbours.
void fill_missing(std::vector<TrackedFrame>& frames);

}  // namespace vasa::face
