// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/decode/frame_network_config.h"
#include "vasa/models/model_files.h"
#include "vasa/train/training_options.h"

#include <functional>
#include <string>
#include <vector>

namespace vasa::train {

/// Errors on patches of held-back portraits, colours 0..255, where the pseudo-source hid something.
struct LostErrors {
    double colour_geometry = 0, colour_network = 0;      ///< mean absolute difference
    double gradient_geometry = 0, gradient_network = 0;  ///< of differences of neighbours
    double detail_geometry = 0, detail_network = 0;      ///< mean gradient / the portrait's
};

/// One row of the validation curves.
struct DecoderValidation {
    int step = 0;
    double reconstruction_loss = 0;  ///< means since the row before
    double adversarial_loss = 0, feature_loss = 0, discriminator_loss = 0;
    LostErrors mouth, eyes, skin;
    /// How much painted mouths change besides moving when the jaw opens by a pixel, 0..255.
    double mouth_change = 0;
};

struct DecoderTrainOptions : TrainingOptions {
    DecoderTrainOptions() {
        out = models::frame_decoder_file("fast");
        checkpoint = "decoder_checkpoint.safetensors";
        num_steps = 10000;
        learning_rate = 4e-4;
        warmup_steps = 100;
        ema_decay = 0.998;
    }

    std::string pairs;  ///< folder that prepare_portraits() fills, or is still filling
    /// Weights to begin with where there is no checkpoint, of this network or a narrower one; may
    /// be empty.
    std::string init;

    decode::FrameNetworkConfig network;
    int batch_size = 8;  ///< half mouths, a quarter eyes, a quarter skin
    double gradient_loss_weight = 0.7;
    /// Discriminators begin to learn at this share of all steps, and to teach at the second.
    double discriminator_start = 0.2, adversarial_start = 0.25;
    double adversarial_weight = 1.0;  ///< share of the reconstruction's gradient
    /// Of what changes in a mouth that opens by a pixel, against the error of a lost pixel.
    double steadiness_weight = 0.0;
    int num_validation_patches = 48;  ///< of each kind
    int max_files = 4000;             ///< of the folder, to bound memory

    /// Called after each validation with all rows so far and a sheet of samples: geometry, network,
    /// portrait, for mouths, eyes and skin of held-back portraits.
    std::function<void(const std::vector<DecoderValidation>&, const core::ImageU8&)> validated;

    void check() const;  ///< @throws Error(Usage)
};

struct DecoderTrainResult {
    int num_steps = 0;
    std::vector<DecoderValidation> curves;
};

/// Trains the frame decoder network on reverse-warp pairs and writes its averaged weights (f16).
///
/// New files in the folder of pairs are taken up at every validation. Goes on from the checkpoint
/// where there is one, see TrainingOptions.
/// @throws Error(Input) for damaged pairs, a checkpoint that does not fit, or initial weights of
///         more channels; Error(Output); Error(Interrupted, Terminated) for a stop.
DecoderTrainResult train_decoder(const DecoderTrainOptions& options);

}  // namespace vasa::train
