// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/models/model_files.h"
#include "vasa/train/training_options.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace vasa::train {

/// One row of the validation curves.
struct MotionValidation {
    int step = 0;
    double train_loss = 0;  ///< mean since the previous row
    /// Mean squared error of the clean motion, normalised to variance 1, at diffusion steps 100,
    /// 500 and 900 of 1000: over all values, and over the mouth's actions only.
    double error_100 = 0, error_500 = 0, error_900 = 0;
    double mouth_100 = 0, mouth_500 = 0, mouth_900 = 0;
    double lip_error_cm = 0;  ///< root mean square of lip landmarks at step 900
};

struct MotionTrainOptions : TrainingOptions {
    MotionTrainOptions() {
        out = models::kMotionFile;
        checkpoint = "motion_checkpoint.safetensors";
        num_steps = 20000;
        learning_rate = 8e-4;
        warmup_steps = 200;
        ema_decay = 0.999;
    }

    std::string shards;  ///< folder with train_*.safetensors and held_out_*.safetensors
    /// Initial weights if there is no checkpoint: a motion network of the same sizes; its
    /// normalisation of motion is kept. May be the file `out`, which the first checkpoint replaces.
    /// Empty = random.
    std::string init;
    std::string head_model;  ///< head_model.safetensors, for the lip positions

    int width = 256;
    int num_layers = 4;
    int num_heads = 4;
    int window = 100;
    int history = 25;
    /// Trains for speech that arrives: the later speech of each window is not known, from a random
    /// frame on, at the earliest after this many frames. 0 = speech in files, known but for the end
    /// of some windows.
    int least_heard = 0;

    int batch_size = 32;
    double lip_loss_weight = 0.5;
    double velocity_loss_weight = 2.0;  ///< for first and second differences over time
    double condition_dropout = 0.1;
    double history_dropout = 0.5;
    int num_validation_windows = 64;
    /// Share of the windows drawn from each source; other sources share the rest by length.
    std::map<std::string, double> source_shares;
    std::string default_style = "natural";
    /// Maps a source to the source whose style it shares; each other source has its own style.
    std::map<std::string, std::string> shared_styles;

    /// Called after each validation with all rows so far.
    std::function<void(const std::vector<MotionValidation>&)> validated;

    void check() const;  ///< @throws Error(Usage)
};

struct MotionTrainResult {
    int num_steps = 0;
    double hours = 0;  ///< hours of training motion
    std::vector<MotionValidation> curves;
};

/// Trains the motion network on prepared shards and writes its averaged weights (f16).
///
/// Resumes from the checkpoint if there is one, see TrainingOptions.
/// @throws Error(Input) for damaged shards or a checkpoint that does not fit; Error(Output);
///         Error(Interrupted, Terminated) on a stop.
MotionTrainResult train_motion(const MotionTrainOptions& options);

}  // namespace vasa::train
