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
    double train_loss = 0;  ///< contrastive loss, mean since the row before
    /// The same and the accuracy on held-out clips, 16 windows of each; means over the sources.
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
    std::string head_model;  ///< head_model.safetensors: where the lips are

    int clips_per_batch = 48;
    int windows_per_clip = 6;  ///< of one clip in a batch: negatives that differ in time alone
    /// Share of the clips drawn from each source; sources not named are left out.
    std::map<std::string, double> source_shares;

    /// Called after each validation with all rows so far.
    std::function<void(const std::vector<SyncValidation>&)> validated;

    void check() const;  ///< @throws Error(Usage)
};

struct SyncTrainResult {
    int num_steps = 0;
    /// Share of held-out windows whose own speech is nearest among those of 16 windows of the same
    /// clip, by source.
    std::map<std::string, double> accuracy;
    std::vector<SyncValidation> curves;
};

/// Trains the lip-sync expert: windows of lips and of speech that belong together are pulled
/// together, all others of the batch pushed apart.
///
/// Goes on from the checkpoint where there is one, see TrainingOptions.
/// @throws Error(Input) for damaged shards or a checkpoint that does not fit; Error(Output);
///         Error(Interrupted, Terminated) for a stop.
SyncTrainResult train_sync_expert(const SyncTrainOptions& options);

}  // namespace vasa::train
