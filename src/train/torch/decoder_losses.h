// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decoder_batch.h"
#include "patch_discriminator.h"

#include "vasa/train/decoder_trainer.h"

#include <array>
#include <utility>

namespace vasa::train {

/// One discriminator for each kind of patch.
using PatchDiscriminators = std::array<PatchDiscriminator, kNumPatchKinds>;

/// Weighted mean absolute difference of colours and of their gradients where the network paints,
/// lost pixels counting three times.
/// @param region  [B, 1, H, W] from decode::mark_region()
at::Tensor reconstruction_loss(const at::Tensor& painted,
                               const DecoderBatch& batch,
                               const at::Tensor& region,
                               double gradient_weight);

/// Where discriminators look: what the pseudo-source hid, a little widened, [B, 1, H, W].
at::Tensor hidden_mask(const DecoderBatch& batch);

/// Hinge loss of the discriminators, over hidden places.
at::Tensor discriminator_loss(PatchDiscriminators& discriminators,
                              const at::Tensor& painted,
                              const DecoderBatch& batch,
                              const at::Tensor& hidden);

/// What the discriminators make of painted patches: hinge loss, and the difference of their
/// features from the portrait's.
std::pair<at::Tensor, at::Tensor> adversarial_losses(PatchDiscriminators& discriminators,
                                                     const at::Tensor& painted,
                                                     const DecoderBatch& batch,
                                                     const at::Tensor& hidden);

/// Errors of geometry and network where the pseudo-source hid something.
LostErrors lost_errors(const at::Tensor& painted, const DecoderBatch& batch);

}  // namespace vasa::train
