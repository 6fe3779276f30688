// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "motion/motion_batch.h"

#include "vasa/drive/motion_transformer.h"
#include "vasa/train/motion_trainer.h"

#include <string>
#include <vector>

namespace vasa::train {

/// Everything that changes while a motion network is trained.
struct MotionTrainState {
    int step = 0;
    double train_loss_sum = 0;  ///< since the last validation
    drive::MotionTransformer network{nullptr}, average{nullptr};
    /// Adam's first and second moments, as networks of the same sizes.
    drive::MotionTransformer first_moment{nullptr}, second_moment{nullptr};
    MotionStatistics statistics;
    std::vector<MotionValidation> curves;
};

MotionTrainState make_train_state(const drive::MotionTransformerConfig& config, std::uint64_t seed);

/// @throws Error(Output)
void save_checkpoint(const std::string& path, const MotionTrainState& state);
/// @return  false if there is no such file
/// @throws Error(Input) if it is damaged or of another configuration.
bool load_checkpoint(const std::string& path, MotionTrainState& state);

/// The averaged network as it is used (f16). @throws Error(Output)
void save_motion_network(const std::string& path,
                         const MotionTrainState& state,
                         const MotionTrainOptions& options,
                         double hours,
                         const std::string& speech_features);

/// Text of the curves as CSV with a header.
std::string curves_csv(const std::vector<MotionValidation>& curves);
std::vector<MotionValidation> parse_curves_csv(const std::string& text);

}  // namespace vasa::train
