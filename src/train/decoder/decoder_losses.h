// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decoder/decoder_batch.h"
#include "decoder/patch_discriminator.h"

#include "vasa/train/decoder_trainer.h"

#include <array>
#include <utility>

namespace vasa::train {

/// One discriminator for each kind of patch.
using PatchDiscriminators = std::array<PatchDiscriminator, pairs::kNumPatchKinds>;

/// Weighted mean absolute difference of colours and of their gradients where the network paints.
/// Lost pixels count three times.
/// @param region  [B, 1, H, W] from decode::mark_region()
at::Tensor reconstruction_loss(const at::Tensor& painted,
                               const DecoderBatch& batch,
                               const at::Tensor& region,
                               double gradient_weight);

/// Weight of one colour of a lost pixel in reconstruction_loss(), a scalar.
at::Tensor lost_pixel_weight(const DecoderBatch& batch);

/// Pixels that discriminators judge: those the pseudo-source hid, slightly dilated, [B, 1, H, W].
at::Tensor hidden_mask(const DecoderBatch& batch);

/// Hinge loss of the discriminators, over hidden places.
at::Tensor discriminator_loss(PatchDiscriminators& discriminators,
                              const at::Tensor& painted,
                              const DecoderBatch& batch,
                              const at::Tensor& hidden);

/// Discriminator losses of painted patches: hinge loss, and the difference of their features from
/// the portrait's.
std::pair<at::Tensor, at::Tensor> adversarial_losses(PatchDiscriminators& discriminators,
                                                     const at::Tensor& painted,
                                                     const DecoderBatch& batch,
                                                     const at::Tensor& hidden);

/// Mouths as if the jaw had opened by a pixel: rows below `row` are moved down by one.
struct OpenedMouths {
    DecoderBatch mouths;  ///< opened; without target and agreement
    std::int64_t row;     ///< the last row that has not moved

    /// Applies the same shift to anything painted, [B, C, H, W].
    at::Tensor open(const at::Tensor& painted) const;
};

/// @param share  of the height at which mouths are opened, 0..1
OpenedMouths open_mouths(const DecoderBatch& batch, double share);

/// Change of painted colours beyond their motion, in lost pixels: the sum, and the value count.
/// @param before  [B, 3, H, W] painted, of all patches
/// @param after   [B', 3, H, W] painted, of the opened mouths
std::pair<at::Tensor, at::Tensor> mouth_change(const at::Tensor& before,
                                               const at::Tensor& after,
                                               const OpenedMouths& opened);

/// Errors of geometry and network where the pseudo-source hid something.
LostErrors lost_errors(const at::Tensor& painted, const DecoderBatch& batch);

}  // namespace vasa::train
