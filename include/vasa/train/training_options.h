// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/stop_token.h"

#include <cstdint>
#include <functional>
#include <string>

namespace vasa::train {

/// Options of all trainings; each training's own options set the defaults.
struct TrainingOptions {
    std::string out;  ///< the trained weights (f16)
    /// Everything needed to resume; written at every validation and stop, read if it exists.
    std::string checkpoint;
    std::string curves;  ///< validation curves (.csv); may be empty

    int num_steps = 1000;
    double learning_rate = 1e-3;  ///< after the warm-up; falls along a cosine
    int warmup_steps = 0;         ///< steps in which the learning rate rises from near 0
    /// Decay of the running average of the weights. The average is validated and written; 0 = the
    /// weights themselves.
    double ema_decay = 0.0;
    int validate_every = 250;  ///< steps
    std::uint64_t seed = 1;
    std::string device = "cpu";  ///< "cpu" or "cuda:n"
    /// Matrix products and convolutions in bfloat16: faster where the processor has them; the
    /// weights stay f32.
    bool bf16 = false;
    std::string command, revision;  ///< recorded with the weights

    core::StopToken stop;  ///< a stop writes a checkpoint first
    /// Called after each step with the number of completed steps and of all steps.
    std::function<void(int, int)> progress;

    /// @param training  named in the message, e.g. "motion training"
    /// @throws Error(Usage)
    void check_shared(const std::string& training) const;
};

}  // namespace vasa::train
