// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "motion/motion_batch.h"

#include <utility>

namespace vasa::train {

/// Losses and errors of batches of motion. Everything is normalised motion, [B, W, kMotionWidth].
class MotionLoss {
  public:
    /// @throws Error(Model) if the head model cannot be read.
    MotionLoss(const MotionTrainOptions& options,
               const MotionStatistics& statistics,
               at::Device device);

    /// The training loss: errors of motion, of its first and second differences over time, and of
    /// the lips' landmarks.
    at::Tensor training(const at::Tensor& predicted, const MotionBatch& batch) const;
    /// Mean square of the landmarks' differences, cm².
    at::Tensor lip_square(const at::Tensor& difference, const MotionBatch& batch) const;
    /// Mean squares of all values and of the mouth's.
    std::pair<double, double> errors(const at::Tensor& difference, const MotionBatch& batch) const;

  private:
    double lip_loss_weight_, velocity_loss_weight_;
    at::Tensor mouth_, weights_;  ///< [kMotionWidth]
    at::Tensor lips_;             ///< [3 · num_landmarks, kMotionWidth] cm
    double lip_variance_ = 1.0;   ///< cm²
};

}  // namespace vasa::train
