// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/rng.h"
#include "vasa/train/motion_dataset.h"
#include "vasa/train/sync_trainer.h"

#include <map>
#include <string>
#include <vector>

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

namespace vasa::train {

/// A clip as the expert sees it.
struct SyncClip {
    at::Tensor lips;    ///< [T, lip_width]
    at::Tensor speech;  ///< [T, speech_width] f16, a view into the data set
    int source = 0;
};

/// Training or held-out clips, by source.
using SyncClips = std::map<std::string, std::vector<SyncClip>>;

/// Matching windows, in the same order.
struct SyncBatch {
    at::Tensor lips, speech;  ///< [B, kSyncWindow, width]
};

/// The clips of the sources with a share, training or held-out ones. Clips of less than four
/// windows are left out.
/// @param basis  [lip_width, kSyncMotionWidth], lip landmarks of motion
SyncClips load_sync_clips(const MotionDataset& dataset,
                          const SyncTrainOptions& options,
                          const at::Tensor& basis,
                          bool is_held_out);

/// A clip of a source drawn by its share.
const SyncClip* sample_clip(const SyncClips& clips,
                            const std::map<std::string, double>& shares,
                            core::Rng& rng);

/// Random windows of each clip.
SyncBatch sample_windows(const std::vector<const SyncClip*>& clips,
                         int windows_per_clip,
                         core::Rng& rng);

/// Varies the mouth's size and the tracker's noise.
void vary(SyncBatch& batch, int windows_per_clip, at::Generator& generator);

SyncBatch to_device(const SyncBatch& batch, at::Device device);

}  // namespace vasa::train
