// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/train/decoder_trainer.h"
#include "vasa/train/motion_trainer.h"
#include "vasa/train/sync_trainer.h"

#include <string>
#include <vector>

namespace vasa::report {

/// Plots the validation curves over the steps as a PNG: errors of all values and of the mouth at
/// three diffusion steps, and the lip error. @throws Error(Output)
void plot_motion_curves(const std::string& path,
                        const std::vector<train::MotionValidation>& curves);

/// The same for the decoder: errors in disoccluded mouth, eyes and skin relative to the geometry's.
void plot_decoder_curves(const std::string& path,
                         const std::vector<train::DecoderValidation>& curves);

/// The same for the lip-sync expert: losses, and the share of windows not found.
void plot_sync_curves(const std::string& path, const std::vector<train::SyncValidation>& curves);

}  // namespace vasa::report
