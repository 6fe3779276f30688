// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <ATen/core/Tensor.h>

namespace vasa::train {

/// How far each value of a motion vector moves the landmarks of lips and chin on the neutral head:
/// [3 · num_landmarks, kMotionWidth], cm per unit. Columns of pose, gaze and tongue are zero.
/// @throws Error(Model) if the head model cannot be read.
at::Tensor lip_basis(const std::string& head_model);

}  // namespace vasa::train
