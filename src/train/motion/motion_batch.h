// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/rng.h"
#include "vasa/drive/motion_transformer.h"
#include "vasa/train/motion_dataset.h"
#include "vasa/train/motion_trainer.h"

#include <vector>

#include <ATen/core/Tensor.h>

namespace vasa::train {

/// Mean and spread of each value of motion over the training clips.
struct MotionStatistics {
    at::Tensor mean, scale;  ///< [kMotionWidth] f32
};

/// Windows for one training step.
struct MotionBatch {
    at::Tensor clean;  ///< [B, W, kMotionWidth] normalised
    at::Tensor valid;  ///< [B, W] 1 inside the clip
    at::Tensor
        known;  ///< [B, kMotionWidth] 1 for values that the clip has: all or all but the tongue
    drive::MotionConditions conditions;
};

/// Cuts windows out of a data set.
class MotionBatcher {
  public:
    /// @param clips  indices into the data set
    MotionBatcher(const MotionDataset& dataset,
                  std::vector<int> clips,
                  drive::MotionTransformerConfig config,
                  const MotionTrainOptions& options);

    /// Mean and spread over all frames of the clips; spreads have a minimum, so that rare actions
    /// do not drown in noise.
    MotionStatistics statistics() const;
    void set_statistics(const MotionStatistics& statistics) { statistics_ = statistics; }

    /// Random windows, mirrored half of the time, with conditions dropped.
    MotionBatch training_batch(int size, core::Rng& rng) const;
    /// Random windows with every condition given.
    MotionBatch validation_batch(int size, core::Rng& rng) const;
    double hours() const;

  private:
    MotionBatch make_batch(int size, bool is_training, core::Rng& rng) const;
    int sample_clip(core::Rng& rng) const;
    int style_of(const ClipView& clip) const;

    const MotionDataset& dataset_;
    std::vector<int> clips_;
    std::vector<double> cumulative_;  ///< sums of the clips' shares, ending at 1
    drive::MotionTransformerConfig config_;
    MotionTrainOptions options_;
    MotionStatistics statistics_;
    /// Per frame of the data set's clips, as the network sees it.
    std::vector<std::vector<float>> motion_;
};

}  // namespace vasa::train
