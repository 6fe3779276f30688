// SPDX-License-Identifier: Apache-2.0
#include "loop/training_loop.h"

#include "loop/checkpoint.h"
#include "loop/curves.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/tensor/device.h"
#include "vasa/tensor/weights.h"

#include <algorithm>
#include <cmath>

#include <ATen/TensorOperators.h>
#include <torch/nn/utils/clip_grad.h>
#include <torch/utils.h>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;

}  // namespace

void TrainingOptions::check_shared(const std::string& training) const {
    const auto require = [&](bool holds, const char* text) {
        if (!holds) {
            throw Error(ErrorKind::Usage, training + ": " + text);
        }
    };
    require(!out.empty() && !checkpoint.empty(), "expected names for weights and checkpoint");
    require(num_steps >= 1, "the number of steps is at least 1");
    require(validate_every >= 1, "the interval of validations is at least 1 step");
    require(warmup_steps >= 0, "the warm-up has at least 0 steps");
    require(learning_rate > 0 && learning_rate <= 1, "the learning rate is in (0, 1]");
    require(ema_decay >= 0 && ema_decay < 1, "the averages' decay is in [0, 1)");
}

at::Device training_device(const TrainingOptions& options) {
    return tensor::choose_device(options.device).to_string();
}

TrainingLoop::TrainingLoop(const TrainingOptions& options,
                           const LoopSettings& settings,
                           TrainingTask& task)
    : options_(options),
      settings_(settings),
      task_(task),
      schedule_{
          options.learning_rate, options.warmup_steps, options.num_steps, settings.final_share},
      optimizer_(task.network(), settings.adam),
      parameters_(task.network().parameters()),
      averages_(task.average().parameters()),
      loss_sums_(task.num_losses(), 0.0) {
    const torch::NoGradGuard guard;
    for (std::size_t i = 0; i < averages_.size(); ++i) {
        averages_[i].copy_(parameters_[i]);
        averages_[i].set_requires_grad(false);
    }
}

void TrainingLoop::step() {
    TrainingStep step{step_,
                      schedule_.rate(step_),
                      core::Rng(options_.seed).fork(static_cast<std::uint64_t>(step_) + 1)};
    task_.network().zero_grad();
    const std::vector<double> losses = task_.add_gradients(step);
    for (std::size_t i = 0; i < losses.size(); ++i) {
        if (!std::isfinite(losses[i])) {
            throw Error(ErrorKind::Internal,
                        settings_.training + " training diverged at step " + std::to_string(step_),
                        "start again from the last checkpoint with a lower --learning-rate");
        }
        loss_sums_.at(i) += losses[i];
    }
    if (settings_.gradient_limit > 0) {
        torch::nn::utils::clip_grad_norm_(parameters_, settings_.gradient_limit);
    }
    optimizer_.step(step.learning_rate);
    update_average();
    ++step_;
}

void TrainingLoop::update_average() {
    const torch::NoGradGuard guard;
    const double decay = average_decay(options_.ema_decay, step_);
    for (std::size_t i = 0; i < averages_.size(); ++i) {
        averages_[i].lerp_(parameters_[i], 1.0 - decay);
    }
}

void TrainingLoop::validate() {
    const torch::NoGradGuard guard;
    std::vector<double> means = loss_sums_;
    for (double& mean : means) {
        mean /= std::max(1, step_ - validated_step_);
    }
    task_.validate(step_, means);
    std::fill(loss_sums_.begin(), loss_sums_.end(), 0.0);
    validated_step_ = step_;
    save();
    task_.report_validation();
}

void TrainingLoop::save() {
    core::SafetensorsWriter writer = begin_checkpoint(settings_.training, task_.config());
    writer.set_metadata("step", std::to_string(step_));
    writer.set_metadata("validated_step", std::to_string(validated_step_));
    writer.set_metadata("loss_sums", exact_text(loss_sums_));
    writer.set_metadata("curves", task_.curves(kExactDigits));
    tensor::add_weights(writer, task_.network(), "network.");
    tensor::add_weights(writer, task_.average(), "average.");
    optimizer_.save(writer, "adam.");
    task_.save_state(writer);
    writer.save(options_.checkpoint);

    models::TrainingSummary summary = task_.summary();
    summary.num_steps = step_;
    summary.command = options_.command;
    summary.revision = options_.revision;
    task_.save_network(summary);
    if (!options_.curves.empty()) {
        core::write_file_atomic(options_.curves, task_.curves(kCurveDigits), true);
    }
    saved_step_ = step_;
}

bool TrainingLoop::resume() {
    const auto file = open_checkpoint(options_.checkpoint, settings_.training, task_.config());
    if (!file) {
        return false;
    }
    tensor::load_weights(task_.network(), *file, "network.");
    tensor::load_weights(task_.average(), *file, "average.");
    optimizer_.load(*file, "adam.");
    step_ = checkpoint_count(*file, "step");
    validated_step_ = checkpoint_count(*file, "validated_step");
    loss_sums_ = checkpoint_numbers(*file, "loss_sums", loss_sums_.size());
    task_.set_curves(file->metadata("curves"));
    task_.load_state(*file);
    return true;
}

int TrainingLoop::run() {
    while (step_ < options_.num_steps) {
        if (options_.stop.stop_requested()) {
            save();
            options_.stop.throw_if_stopped();
        }
        step();
        if (options_.progress) {
            options_.progress(step_, options_.num_steps);
        }
        if (step_ % options_.validate_every == 0 || step_ == options_.num_steps) {
            validate();
        }
    }
    if (saved_step_ != step_) {  // no checkpoint of the last step yet
        save();
    }
    return step_;
}

}  // namespace vasa::train
