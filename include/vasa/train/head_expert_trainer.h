// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/stop_token.h"
#include "vasa/head/head_model.h"
#include "vasa/models/model_files.h"
#include "vasa/motion/motion_clip.h"
#include "vasa/sync/head_expert.h"
#include "vasa/sync/head_preference.h"

#include <string>
#include <vector>

namespace vasa::train {

struct HeadExpertTrainOptions {
    std::string motion;      ///< folder of motion files, one a recorded shot
    std::string held_out;    ///< file of names kept for measuring, see core::is_listed()
    std::string head_model;  ///< head_model.safetensors, for the lip positions
    std::string out = models::kHeadExpertFile;
    /// Features of mouth or head that the expert must do without, by name.
    std::vector<std::string> without;
    std::string command;   ///< recorded in the file
    std::string revision;  ///< recorded in the file
    core::StopToken stop;

    void check() const;  ///< @throws Error(Usage)
};

struct HeadExpertTrainResult {
    int num_clips = 0, num_held_out = 0;
    int num_left_out = 0;              ///< shorter than sync::kHeadWindow
    double minutes = 0;                ///< of the clips that were learned from
    std::vector<double> correlations;  ///< of the canonical variates, on these
    /// On the held-out clips, for stretches of 3 s and of 10 s.
    sync::HeadPreference short_stretches, long_stretches;
};

/// Fits the mouth-head expert in closed form and writes it atomically; the same files give the same
/// bytes.
/// @throws Error(Input) for files that cannot be read, or without a clip to learn from;
///         Error(Output); Error(Interrupted, Terminated) on a stop
HeadExpertTrainResult train_head_expert(const HeadExpertTrainOptions& options);

/// The fit itself, see train_head_expert().
/// @param clips         25 fps; those shorter than sync::kHeadWindow do not count
/// @param correlations  filled if not null
sync::HeadExpert fit_head_expert(const std::vector<motion::MotionClip>& clips,
                                 const head::HeadModel& model,
                                 const std::vector<std::string>& without = {},
                                 std::vector<double>* correlations = nullptr);

}  // namespace vasa::train
