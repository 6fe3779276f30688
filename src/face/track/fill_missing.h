// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/face/face_encoder.h"

#include <vector>

namespace vasa::face {

/// Interpolates pose and actions of frames without a face from their neighbours.
void fill_missing(std::vector<TrackedFrame>& frames);

}  // namespace vasa::face
