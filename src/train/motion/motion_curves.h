// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "loop/curves.h"

#include "vasa/train/motion_trainer.h"

namespace vasa::train {

/// Columns of the motion network's validation curves.
const std::vector<CurveColumn<MotionValidation>>& motion_columns();

}  // namespace vasa::train
