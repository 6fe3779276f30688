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

/// Errors on patches of held-out portraits where the pseudo-source hid something, colours 0..255.
struct LostErrors {
    double colour_geometry = 0, colour_network = 0;      ///< mean absolute difference
    double gradient_geometry = 0, gradient_network = 0;  ///< the same for neighbour differences
    double detail_geometry = 0, detail_network = 0;      ///< mean gradient / the portrait's
};

/// One row of the validation curves.
struct DecoderValidation {
    int step = 0;
    double reconstruction_loss = 0;  ///< means since the previous row
    double adversarial_loss = 0, feature_loss = 0, discriminator_loss = 0;
    LostErrors mouth, eyes, skin;
    /// Change of painted mouths beyond their motion when the jaw opens by a pixel, 0..255.
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
    /// Initial weights if there is no checkpoint, of this network or a narrower one; may be empty.
    /// May be the file `out`, which the first checkpoint replaces.
    std::string init;

    decode::FrameNetworkConfig network;
    int batch_size = 8;  ///< half mouths, a quarter eyes, a quarter skin
    double gradient_loss_weight = 0.7;
    /// Shares of all steps at which discriminators start to learn and to train the network.
    double discriminator_start = 0.2, adversarial_start = 0.25;
    double adversarial_weight = 1.0;  ///< share of the reconstruction's gradient
    /// Weight of the change in a mouth that opens by a pixel, relative to a lost pixel's error.
    double steadiness_weight = 0.0;
    int num_validation_patches = 48;  ///< per kind
    int max_files = 4000;             ///< read from the folder, to bound memory

    /// Called after each validation with all rows so far and a sheet of samples: geometry, network,
    /// portrait, for mouths, eyes and skin of held-out portraits.
    std::function<void(const std::vector<DecoderValidation>&, const core::ImageU8&)> validated;

    void check() const;  ///< @throws Error(Usage)
};

struct DecoderTrainResult {
    int num_steps = 0;
    std::vector<DecoderValidation> curves;
};

/// Trains the frame decoder network on reverse-warp pairs and writes its averaged weights (f16).
///
/// Every validation reads new files from the folder of pairs. Resumes from the checkpoint if there
/// is one, see TrainingOptions.
/// @throws Error(Input) for damaged pairs, a checkpoint that does not fit, or initial weights with
///         more channels; Error(Output); Error(Interrupted, Terminated) on a stop.
DecoderTrainResult train_decoder(const DecoderTrainOptions& options);

}  // namespace vasa::train
