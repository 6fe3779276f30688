// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/core/stop_token.h"
#include "vasa/decode/frame_network_config.h"

#include <cstdint>
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

struct DecoderTrainOptions {
    std::string pairs;  ///< folder that prepare_portraits() fills, or is still filling
    std::string out = "decoder_fast.safetensors";
    /// Everything needed to go on, written at every validation; read if it is there.
    std::string checkpoint = "decoder_checkpoint.safetensors";
    /// Weights to begin with where there is no checkpoint, of this network or a narrower one; may
    /// be empty.
    std::string init;
    std::string curves;  ///< validation curves (.csv); may be empty

    decode::FrameNetworkConfig network;
    int num_steps = 10000;
    int batch_size = 8;  ///< half mouths, a quarter eyes, a quarter skin
    double learning_rate = 4e-4;
    int warmup_steps = 100;
    double ema_decay = 0.998;
    double gradient_loss_weight = 0.7;
    /// Discriminators begin to learn at this share of all steps, and to teach at the second.
    double discriminator_start = 0.2, adversarial_start = 0.25;
    double adversarial_weight = 1.0;  ///< share of the reconstruction's gradient
    /// Of what changes in a mouth that opens by a pixel, against the error of a lost pixel.
    double steadiness_weight = 0.0;
    int validate_every = 250;
    int num_validation_patches = 48;  ///< of each kind
    int max_files = 4000;             ///< of the folder, to bound memory
    std::uint64_t seed = 1;
    std::string device = "cpu";
    bool bf16 = false;    ///< convolutions in bfloat16, the weights stay f32
    std::string command;  ///< recorded with the weights

    core::StopToken stop;  ///< a stop writes a checkpoint first
    std::function<void(int, int)> progress;
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
/// New files in the folder of pairs are taken up at every validation. Survives being killed at any
/// moment: goes on from the last checkpoint and, with the same files, gets the same weights as a
/// run that was not interrupted (on the same machine, with the same threads).
/// @throws Error(Input) for damaged pairs, a checkpoint of other sizes, or initial weights of more
///         channels; Error(Output).
DecoderTrainResult train_decoder(const DecoderTrainOptions& options);

}  // namespace vasa::train
