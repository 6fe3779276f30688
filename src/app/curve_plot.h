// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/train/motion_trainer.h"

#include <string>
#include <vector>

namespace vasa::app {

/// Draws the validation curves over the steps as a PNG: errors of all values and of the mouth at
/// three diffusion steps, and the lips' error. @throws Error(Output)
void plot_motion_curves(const std::string& path,
                        const std::vector<train::MotionValidation>& curves);

}  // namespace vasa::app
