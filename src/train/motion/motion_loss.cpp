// SPDX-License-Identifier: Apache-2.0
#include "motion/motion_loss.h"

#include "motion/lip_geometry.h"

#include "vasa/head/action_groups.h"
#include "vasa/motion/motion_space.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/full.h>
#include <ATen/ops/matmul.h>

namespace vasa::train {
namespace {

using motion::kFirstActionIndex;
using motion::kMotionWidth;

/// Weight of the mouth's values relative to the others: viewers look at the mouth.
constexpr float kMouthWeight = 2.0F;

bool is_mouth_value(int k) {
    if (k < kFirstActionIndex) {
        return false;
    }
    return head::is_speech_action(
        motion::plain_actions()[static_cast<std::size_t>(k - kFirstActionIndex)]);
}

}  // namespace

MotionLoss::MotionLoss(const MotionTrainOptions& options,
                       const MotionStatistics& statistics,
                       at::Device device)
    : lip_loss_weight_(options.lip_loss_weight),
      velocity_loss_weight_(options.velocity_loss_weight) {
    at::Tensor mouth = at::full({kMotionWidth}, 0.0);
    for (int k = 0; k < kMotionWidth; ++k) {
        mouth.data_ptr<float>()[k] = is_mouth_value(k) ? 1.0F : 0.0F;
    }
    mouth_ = mouth.to(device);
    weights_ = mouth_ * (kMouthWeight - 1.0F) + 1.0F;
    weights_ = weights_ / weights_.mean();
    // Landmarks from normalised motion, cm.
    lips_ = (lip_basis(options.head_model) * statistics.scale).to(device);
    // Lip variance if all values have variance 1; it scales the lips' loss to the others' order.
    lip_variance_ = lips_.square().sum(1).mean().item<double>();
}

at::Tensor MotionLoss::training(const at::Tensor& predicted, const MotionBatch& batch) const {
    const at::Tensor valid = batch.valid.unsqueeze(2);  // [B, W, 1]
    const at::Tensor difference = (predicted - batch.clean) * valid * batch.known.unsqueeze(1);
    const at::Tensor count = valid.sum() * kMotionWidth;
    at::Tensor loss = (difference.square() * weights_).sum() / count;
    // Motion continues smoothly from the frames before the window, where these are known.
    constexpr int kBefore = 2;
    const at::Tensor before =
        batch.conditions.has_history.view({-1, 1, 1}).expand({-1, kBefore, 1});  // [B, 2, 1]
    const at::Tensor known = at::cat({before, valid}, 1);                        // [B, 2 + W, 1]
    at::Tensor change = at::constant_pad_nd(difference, {0, 0, kBefore, 0});
    at::Tensor both = known;
    for (int order = 0; order < kBefore; ++order) {  // velocity, acceleration
        both = both.slice(1, 1) * both.slice(1, 0, -1);
        change = (change.slice(1, 1) - change.slice(1, 0, -1)) * both;
        loss = loss + velocity_loss_weight_ * (change.square() * weights_).sum() / count;
    }
    return loss + lip_loss_weight_ * lip_square(difference, batch) / lip_variance_;
}

at::Tensor MotionLoss::lip_square(const at::Tensor& difference, const MotionBatch& batch) const {
    const at::Tensor moved = at::matmul(difference, lips_.t());  // [B, W, 3 P]
    return moved.square().sum() / (batch.valid.sum() * lips_.size(0));
}

std::pair<double, double> MotionLoss::errors(const at::Tensor& difference,
                                             const MotionBatch& batch) const {
    const at::Tensor square = difference.square();
    const double count = batch.valid.sum().item<double>();
    return {square.sum().item<double>() / (count * kMotionWidth),
            (square * mouth_).sum().item<double>() / (count * mouth_.sum().item<double>())};
}

}  // namespace vasa::train
