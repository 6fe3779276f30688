// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/stop_token.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace vasa::train {

struct SyncTrainOptions {
    std::string shards;      ///< folder with train_*.safetensors and held_out_*.safetensors
    std::string head_model;  ///< head_model.safetensors: where the lips are
    std::string out = "sync_expert.safetensors";

    int num_steps = 4000;
    int clips_per_batch = 48;
    int windows_per_clip = 6;  ///< of one clip in a batch: negatives that differ in time alone
    double learning_rate = 1e-3;
    /// Share of the clips drawn from each source; sources not named are left out.
    std::map<std::string, double> source_shares;
    std::uint64_t seed = 1;
    std::string command;  ///< recorded with the weights

    core::StopToken stop;
    std::function<void(int, int)> progress;  ///< step, of how many

    void check() const;  ///< @throws Error(Usage)
};

struct SyncTrainResult {
    int num_steps = 0;
    /// Share of held-out windows whose own speech is nearest among those of 16 windows of the same
    /// clip or others, by source.
    std::map<std::string, double> accuracy;
};

/// Trains the lip-sync expert: windows of lips and of speech that belong together are pulled
/// together, all others of the batch pushed apart.
/// @throws Error(Input) for damaged shards, Error(Output), Error(Interrupted, Terminated): nothing
///         is written then; a training takes minutes.
SyncTrainResult train_sync_expert(const SyncTrainOptions& options);

}  // namespace vasa::train
