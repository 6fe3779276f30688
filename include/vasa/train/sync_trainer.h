// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/models/model_files.h"
#include "vasa/train/training_options.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace vasa::train {

/// One row of the validation curves.
struct SyncValidation {
    int step = 0;
    double train_loss = 0;  ///< contrastive loss, mean since the previous row
    /// Loss and accuracy on held-out clips, 16 windows per clip; means over the sources.
    double held_out_loss = 0, accuracy = 0;
};

struct SyncTrainOptions : TrainingOptions {
    SyncTrainOptions() {
        out = models::kSyncExpertFile;
        checkpoint = "sync_checkpoint.safetensors";
        num_steps = 4000;
        learning_rate = 1e-3;
        validate_every = 500;
    }

    std::string shards;      ///< folder with train_*.safetensors and held_out_*.safetensors
    std::string head_model;  ///< head_model.safetensors, for the lip positions

    int clips_per_batch = 48;
    int windows_per_clip = 6;  ///< in a batch: negatives that differ only in time
    /// Share of the clips drawn from each source; sources not named are left out.
    std::map<std::string, double> source_shares;

    /// Called after each validation with all rows so far.
    std::function<void(const std::vector<SyncValidation>&)> validated;

    void check() const;  ///< @throws Error(Usage)
};

struct SyncTrainResult {
    int num_steps = 0;
    /// Share of held-out windows whose own speech is the nearest of 16 windows of the same clip, by
    /// source.
    std::map<std::string, double> accuracy;
    std::vector<SyncValidation> curves;
};

/// Trains the lip-sync expert: matching windows of lips and speech are pulled together, all others
/// of the batch are pushed apart.
///
/// Resumes from the checkpoint if there is one, see TrainingOptions.
/// @throws Error(Input) for damaged shards or a checkpoint that does not fit; Error(Output);
///         Error(Interrupted, Terminated) on a stop.
SyncTrainResult train_sync_expert(const SyncTrainOptions& options);

}  // namespace vasa::train
