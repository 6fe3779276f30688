// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/models/live_model_files.h"
#include "vasa/train/training_options.h"

#include <functional>
#include <string>
#include <vector>

namespace vasa::train {

/// One row of the validation curves.
struct LiveEncoderValidation {
    int step = 0;
    double train_loss = 0;  ///< mean since the previous row
    /// Held-out speech: mean squared difference from the features of whole clips, whose values have
    /// a spread of about 1, and mean cosine between the rows.
    double error = 0, cosine = 0;
};

struct LiveEncoderTrainOptions : TrainingOptions {
    LiveEncoderTrainOptions() {
        out = models::kLiveSpeechEncoderFile;
        checkpoint = "live_encoder_checkpoint.safetensors";
        num_steps = 800;
        learning_rate = 2e-4;
        warmup_steps = 40;
        ema_decay = 0.98;
        validate_every = 50;
    }

    std::string encoder;  ///< speech_encoder.safetensors: initial weights and what is imitated
    int batch_size = 8;   ///< stretches of speech a step
    double stretch_s = 5.12;
    /// Silences of up to this length are put between the clips of a track.
    double max_gap_s = 1.5;
    /// Speech that the validation hears.
    double held_out_s = 120.0;

    /// Called after each validation with all rows so far.
    std::function<void(const std::vector<LiveEncoderValidation>&)> validated;

    void check() const;  ///< @throws Error(Usage)
};

struct LiveEncoderTrainResult {
    int num_steps = 0;
    std::vector<LiveEncoderValidation> curves;
};

/// Teaches the live speech encoder to give, with little of the future, the features that the speech
/// encoder gives of whole clips. Resumes from the checkpoint if there is one, see TrainingOptions.
/// @param clips, held_out  mono speech at speech::kSpeechRate_hz
/// @throws Error(Model) for a damaged encoder; Error(Input) for too little speech or a checkpoint
///         that does not fit; Error(Output); Error(Interrupted, Terminated) on a stop.
LiveEncoderTrainResult train_live_encoder(const LiveEncoderTrainOptions& options,
                                          const std::vector<std::vector<float>>& clips,
                                          const std::vector<std::vector<float>>& held_out);

}  // namespace vasa::train
