// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "loop/adam.h"
#include "loop/schedule.h"

#include "vasa/core/rng.h"
#include "vasa/models/training_summary.h"
#include "vasa/train/training_options.h"

#include <string>
#include <vector>

#include <torch/nn/module.h>

namespace vasa::train {

/// One step as the loop passes it to a task.
struct TrainingStep {
    int index = 0;             ///< number of steps before this one
    double learning_rate = 0;  ///< of this step
    core::Rng rng;             ///< of this step alone, so that a step can be repeated
};

/// What differs between trainings: the network, its data, its losses, how it is validated.
class TrainingTask {
  public:
    virtual ~TrainingTask() = default;

    /// The trained network, and one of the same sizes for the running average of its weights.
    virtual torch::nn::Module& network() = 0;
    virtual torch::nn::Module& average() = 0;
    /// Sizes of the network, JSON. A checkpoint with other sizes is refused.
    virtual std::string config() const = 0;

    /// Adds the gradients of one batch to the network's parameters, which have none before.
    /// @return  num_losses() losses of the batch; the training ends if one is not finite
    virtual std::vector<double> add_gradients(TrainingStep& step) = 0;
    virtual std::size_t num_losses() const = 0;

    /// Measures the average on held-out data and adds a row to the curves.
    /// @param losses  means of the losses from add_gradients() since the previous row
    virtual void validate(int step, const std::vector<double>& losses) = 0;
    /// Reports the last validation to the caller after it is saved.
    virtual void report_validation() {}
    /// Converts the curves to CSV and back.
    virtual std::string curves(int num_digits) const = 0;
    virtual void set_curves(const std::string& csv) = 0;

    /// Further state that a checkpoint needs for an exact resume.
    virtual void save_state(core::SafetensorsWriter& /*writer*/) const {}
    virtual void load_state(const core::SafetensorsFile& /*file*/) {}

    /// The training's data and the last held-out loss, for the summary.
    virtual models::TrainingSummary summary() const = 0;
    /// Writes the average in the program's format. @throws Error(Output)
    virtual void save_network(const models::TrainingSummary& summary) const = 0;
};

/// Prepares the requested device for a training.
/// @throws Error(Usage) for an invalid device name, Error(Resource) if it cannot be used.
at::Device training_device(const TrainingOptions& options);

/// Loop settings that the training chooses, not the user.
struct LoopSettings {
    std::string training;  ///< "motion", "decoder", "sync": in checkpoints and messages
    AdamOptions adam;
    double final_share = 0.1;     ///< share of the learning rate at the end
    double gradient_limit = 1.0;  ///< limit of the gradient's norm; 0 = none
};

/// Runs a training: schedule, AdamW, clipping, running average, validation, checkpoints, stop.
///
/// A run may be killed at any time: the next run resumes from the last checkpoint and ends with the
/// same weights as an uninterrupted run (on the same machine, with the same threads).
class TrainingLoop {
  public:
    /// The task's networks must be on their device. The loop keeps the references.
    TrainingLoop(const TrainingOptions& options, const LoopSettings& settings, TrainingTask& task);

    /// Resumes from the checkpoint. @return false if there is none
    /// @throws Error(Input) if it does not fit.
    bool resume();
    /// Trains to the last step and writes checkpoint, network and curves.
    /// @return  the number of steps done in all runs
    /// @throws Error(Interrupted, Terminated) on a stop, after the checkpoint; Error(Internal) if
    ///         the training diverges; Error(Output)
    int run();

  private:
    void step();
    void update_average();
    void validate();
    void save();

    const TrainingOptions& options_;
    LoopSettings settings_;
    TrainingTask& task_;
    Schedule schedule_;
    Adam optimizer_;
    std::vector<at::Tensor> parameters_, averages_;
    int step_ = 0, validated_step_ = 0;
    int saved_step_ = -1;            ///< -1 = none in this run
    std::vector<double> loss_sums_;  ///< since the last validation
};

}  // namespace vasa::train
