// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/motion_trainer.h"

#include "loop/bfloat16_scope.h"
#include "motion/lip_geometry.h"
#include "motion/motion_batch.h"
#include "motion/motion_checkpoint.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/drive/diffusion.h"
#include "vasa/motion/motion_space.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/full.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <torch/nn/utils/clip_grad.h>
#include <torch/utils.h>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;
using motion::kFirstActionIndex;
using motion::kMotionWidth;

constexpr double kWeightDecay = 0.01;
constexpr double kBeta1 = 0.9, kBeta2 = 0.99, kAdamEps = 1e-8;
constexpr double kGradientLimit = 1.0;
constexpr float kMouthWeight = 2.0F;
constexpr int kValidationSteps[] = {100, 500, 900};

bool is_mouth_value(int k) {
    if (k < kFirstActionIndex) {
        return false;
    }
    const head::Action action =
        motion::plain_actions()[static_cast<std::size_t>(k - kFirstActionIndex)];
    return (action >= head::Action::JawForward && action <= head::Action::MouthUpperUpRight) ||
           action == head::Action::TongueOut;
}

/// Learning rate of a step: linear warm-up, then a cosine down to a tenth.
double learning_rate(const MotionTrainOptions& options, int step) {
    if (step < options.warmup_steps) {
        return options.learning_rate * (step + 1) / options.warmup_steps;
    }
    const double done = std::min(1.0,
                                 static_cast<double>(step - options.warmup_steps) /
                                     std::max(1, options.num_steps - options.warmup_steps));
    return options.learning_rate * (0.1 + 0.45 * (1.0 + std::cos(M_PI * done)));
}

/// Losses of a batch.
class MotionLoss {
  public:
    MotionLoss(const MotionTrainOptions& options,
               const MotionStatistics& statistics,
               at::Device device)
        : options_(options) {
        at::Tensor mouth = at::full({kMotionWidth}, 0.0);
        for (int k = 0; k < kMotionWidth; ++k) {
            mouth.data_ptr<float>()[k] = is_mouth_value(k) ? 1.0F : 0.0F;
        }
        mouth_ = mouth.to(device);
        weights_ = mouth_ * (kMouthWeight - 1.0F) + 1.0F;
        weights_ = weights_ / weights_.mean();
        // Landmarks from normalised motion, cm.
        lips_ = (lip_basis(options.head_model) * statistics.scale).to(device);
        // A spread of one in all values at once, so that the lips' loss is of the order of the
        // rest.
        lip_variance_ = lips_.square().sum(1).mean().item<double>();
    }

    at::Tensor training(const at::Tensor& predicted, const MotionBatch& batch) const {
        const at::Tensor valid = batch.valid.unsqueeze(2);  // [B, W, 1]
        const at::Tensor difference = (predicted - batch.clean) * valid;
        const at::Tensor count = valid.sum() * kMotionWidth;
        at::Tensor loss = (difference.square() * weights_).sum() / count;
        // Motion goes on smoothly from what was before the window, where that is known.
        constexpr int kBefore = 2;
        const at::Tensor before =
            batch.conditions.has_history.view({-1, 1, 1}).expand({-1, kBefore, 1});  // [B, 2, 1]
        const at::Tensor known = at::cat({before, valid}, 1);  // [B, 2 + W, 1]
        at::Tensor change = at::constant_pad_nd(difference, {0, 0, kBefore, 0});
        at::Tensor both = known;
        for (int order = 0; order < kBefore; ++order) {  // velocity, acceleration
            both = both.slice(1, 1) * both.slice(1, 0, -1);
            change = (change.slice(1, 1) - change.slice(1, 0, -1)) * both;
            loss =
                loss + options_.velocity_loss_weight * (change.square() * weights_).sum() / count;
        }
        return loss + options_.lip_loss_weight * lip_square(difference, batch) / lip_variance_;
    }

    /// Mean square of the landmarks' differences, cm².
    at::Tensor lip_square(const at::Tensor& difference, const MotionBatch& batch) const {
        const at::Tensor moved = at::matmul(difference, lips_.t());  // [B, W, 3 P]
        return moved.square().sum() / (batch.valid.sum() * lips_.size(0));
    }

    /// Mean squares of all values and of the mouth's.
    std::pair<double, double> errors(const at::Tensor& difference, const MotionBatch& batch) const {
        const at::Tensor square = difference.square();
        const double count = batch.valid.sum().item<double>();
        return {square.sum().item<double>() / (count * kMotionWidth),
                (square * mouth_).sum().item<double>() / (count * mouth_.sum().item<double>())};
    }

  private:
    const MotionTrainOptions& options_;
    at::Tensor mouth_, weights_, lips_;
    double lip_variance_ = 1.0;
};

MotionBatch to_device(MotionBatch batch, at::Device device) {
    drive::MotionConditions& c = batch.conditions;
    for (at::Tensor* tensor : {&batch.clean,
                               &batch.valid,
                               &c.speech,
                               &c.speech_known,
                               &c.history,
                               &c.has_history,
                               &c.controls,
                               &c.gaze_known,
                               &c.distance_known,
                               &c.emotion_known,
                               &c.style}) {
        *tensor = tensor->to(device);
    }
    return batch;
}

at::Generator make_generator(std::uint64_t seed) {
    return at::make_generator<at::CPUGeneratorImpl>(seed);
}

/// Trains, validates and saves.
class MotionTrainer {
  public:
    MotionTrainer(const MotionTrainOptions& options, const MotionDataset& dataset);
    MotionTrainResult run();

  private:
    void step();
    void validate();
    MotionValidation measure();
    void save();

    const MotionTrainOptions& options_;
    at::Device device_;
    drive::MotionTransformerConfig config_;
    std::string speech_features_;
    std::unique_ptr<MotionBatcher> training_, held_out_;
    MotionTrainState state_;
    std::unique_ptr<MotionLoss> loss_;
    std::vector<at::Tensor> parameters_, averages_, first_, second_;
};

drive::MotionTransformerConfig make_config(const MotionTrainOptions& options,
                                           const MotionDataset& dataset) {
    drive::MotionTransformerConfig config;
    config.width = options.width;
    config.num_layers = options.num_layers;
    config.num_heads = options.num_heads;
    config.window = options.window;
    config.history = options.history;
    config.speech_width = kShardSpeechWidth;
    for (const std::string& source : dataset.sources()) {
        if (options.shared_styles.count(source) == 0) {
            config.styles.push_back(source);
        }
    }
    for (const auto& [source, style] : options.shared_styles) {
        if (std::find(config.styles.begin(), config.styles.end(), style) == config.styles.end()) {
            throw Error(ErrorKind::Usage,
                        "source '" + source + "' cannot share the style of '" + style +
                            "': no such source with a style of its own");
        }
    }
    // The first one is what is used where none is asked for.
    const auto place = std::find(config.styles.begin(), config.styles.end(), options.default_style);
    if (place != config.styles.end()) {
        std::rotate(config.styles.begin(), place, place + 1);
    }
    return config;
}

MotionTrainer::MotionTrainer(const MotionTrainOptions& options, const MotionDataset& dataset)
    : options_(options),
      device_(options.device),
      config_(make_config(options, dataset)),
      speech_features_(dataset.speech_features()) {
    std::vector<int> training, held_out;
    for (int i = 0; i < dataset.num_clips(); ++i) {
        (dataset.clip(i).is_held_out ? held_out : training).push_back(i);
    }
    if (training.empty() || held_out.empty()) {
        throw Error(ErrorKind::Input,
                    "shards in '" + options.shards + "': " + std::to_string(training.size()) +
                        " clips to train on, " + std::to_string(held_out.size()) +
                        " held out, expected some of both");
    }
    training_ = std::make_unique<MotionBatcher>(dataset, training, config_, options);
    held_out_ = std::make_unique<MotionBatcher>(dataset, held_out, config_, options);
    state_ = make_train_state(config_, options.seed);
    if (!load_checkpoint(options.checkpoint, state_)) {
        state_.statistics = training_->statistics();
    }
    training_->set_statistics(state_.statistics);
    held_out_->set_statistics(state_.statistics);
    for (auto* network :
         {&state_.network, &state_.average, &state_.first_moment, &state_.second_moment}) {
        (*network)->to(device_);
    }
    loss_ = std::make_unique<MotionLoss>(options, state_.statistics, device_);
    parameters_ = state_.network->parameters();
    averages_ = state_.average->parameters();
    first_ = state_.first_moment->parameters();
    second_ = state_.second_moment->parameters();
}

void MotionTrainer::step() {
    const auto step_seed = static_cast<std::uint64_t>(state_.step);
    core::Rng rng = core::Rng(options_.seed).fork(step_seed + 1);
    const MotionBatch batch =
        to_device(training_->training_batch(options_.batch_size, rng), device_);
    at::Generator generator = make_generator(rng.next_u64());
    const at::Tensor level =
        at::randint(1, drive::kNumDiffusionSteps + 1, {options_.batch_size}, generator, at::kLong)
            .to(device_);
    const at::Tensor noise =
        at::randn(batch.clean.sizes(), generator, at::TensorOptions()).to(device_);
    const at::Tensor noisy = drive::diffuse(batch.clean, noise, level);
    const at::Tensor predicted = [&] {
        const Bfloat16Scope scope(options_.bf16, device_);
        return state_.network(
            noisy, level.to(at::kFloat) / drive::kNumDiffusionSteps, batch.conditions);
    }();
    const at::Tensor loss = loss_->training(predicted, batch);
    state_.network->zero_grad();
    loss.backward();
    torch::nn::utils::clip_grad_norm_(parameters_, kGradientLimit);

    const torch::NoGradGuard guard;
    std::vector<at::Tensor> gradients, steps;
    for (const at::Tensor& parameter : parameters_) {
        gradients.push_back(parameter.grad());
        steps.push_back(at::full({}, state_.step + 1.0, at::TensorOptions().device(device_)));
    }
    at::_fused_adamw_(parameters_,
                      gradients,
                      first_,
                      second_,
                      {},
                      steps,
                      learning_rate(options_, state_.step),
                      kBeta1,
                      kBeta2,
                      kWeightDecay,
                      kAdamEps,
                      false,
                      false);
    // The average follows faster at first.
    const double decay = std::min(options_.ema_decay, (1.0 + state_.step) / (10.0 + state_.step));
    for (std::size_t i = 0; i < averages_.size(); ++i) {
        averages_[i].lerp_(parameters_[i], 1.0 - decay);
    }
    const double value = loss.item<double>();
    if (!std::isfinite(value)) {
        throw Error(ErrorKind::Internal,
                    "training diverged at step " + std::to_string(state_.step),
                    "start again from the last checkpoint with a lower --learning-rate");
    }
    state_.train_loss_sum += value;
    ++state_.step;
}

MotionValidation MotionTrainer::measure() {
    const torch::NoGradGuard guard;
    MotionValidation row;
    row.step = state_.step;
    core::Rng rng = core::Rng(0x5eed).fork(1);
    double* const all[] = {&row.error_100, &row.error_500, &row.error_900};
    double* const mouth[] = {&row.mouth_100, &row.mouth_500, &row.mouth_900};
    const int size = std::min(options_.batch_size, options_.num_validation_windows);
    const int num_batches = std::max(1, options_.num_validation_windows / size);
    double lip_square = 0;
    for (int b = 0; b < num_batches; ++b) {
        const MotionBatch batch = to_device(held_out_->validation_batch(size, rng), device_);
        at::Generator generator = make_generator(rng.next_u64());
        const at::Tensor noise =
            at::randn(batch.clean.sizes(), generator, at::TensorOptions()).to(device_);
        for (std::size_t i = 0; i < std::size(kValidationSteps); ++i) {
            const at::Tensor level =
                at::full({size}, kValidationSteps[i], at::TensorOptions(at::kLong).device(device_));
            const at::Tensor predicted =
                state_.average(drive::diffuse(batch.clean, noise, level),
                               level.to(at::kFloat) / drive::kNumDiffusionSteps,
                               batch.conditions);
            const at::Tensor difference = (predicted - batch.clean) * batch.valid.unsqueeze(2);
            const auto [error, mouth_error] = loss_->errors(difference, batch);
            *all[i] += error / num_batches;
            *mouth[i] += mouth_error / num_batches;
            if (kValidationSteps[i] == 900) {
                lip_square += loss_->lip_square(difference, batch).item<double>() / num_batches;
            }
        }
    }
    row.lip_error_cm = std::sqrt(lip_square);
    return row;
}

void MotionTrainer::validate() {
    MotionValidation row = measure();
    const int before = state_.curves.empty() ? 0 : state_.curves.back().step;
    row.train_loss = state_.train_loss_sum / std::max(1, state_.step - before);
    state_.train_loss_sum = 0;
    state_.curves.push_back(row);
    save();
    if (options_.validated) {
        options_.validated(state_.curves);
    }
}

void MotionTrainer::save() {
    save_checkpoint(options_.checkpoint, state_);
    save_motion_network(options_.out, state_, options_, training_->hours(), speech_features_);
    if (!options_.curves.empty()) {
        core::write_file_atomic(options_.curves, curves_csv(state_.curves), true);
    }
}

MotionTrainResult MotionTrainer::run() {
    while (state_.step < options_.num_steps) {
        if (options_.stop.stop_requested()) {
            save();
            options_.stop.throw_if_stopped();
        }
        step();
        if (options_.progress) {
            options_.progress(state_.step, options_.num_steps);
        }
        if (state_.step % options_.validate_every == 0 || state_.step == options_.num_steps) {
            validate();
        }
    }
    save();
    return {state_.step, training_->hours(), state_.curves};
}

}  // namespace

void MotionTrainOptions::check() const {
    const auto require = [](bool holds, const char* text) {
        if (!holds) {
            throw Error(ErrorKind::Usage, std::string("motion training: ") + text);
        }
    };
    require(!shards.empty(), "a folder of shards is needed");
    require(num_steps >= 1 && batch_size >= 1 && validate_every >= 1 && warmup_steps >= 1,
            "steps, batch size, warm-up and validation interval are at least 1");
    require(num_validation_windows >= 1, "at least one window is needed to validate");
    require(learning_rate > 0 && learning_rate <= 1, "the learning rate is in (0, 1]");
    require(ema_decay >= 0 && ema_decay < 1, "the averages' decay is in [0, 1)");
    require(condition_dropout >= 0 && condition_dropout < 1 && history_dropout >= 0 &&
                history_dropout <= 1,
            "dropouts are shares");
    double total = 0;
    for (const auto& [source, share] : source_shares) {
        require(share >= 0, "shares of sources are not negative");
        total += share;
    }
    require(total <= 1.0 + 1e-9, "the sources' shares add up to more than 1");
}

MotionTrainResult train_motion(const MotionTrainOptions& options) {
    options.check();
    std::vector<std::string> paths = list_shards(options.shards, "train_");
    for (std::string& path : list_shards(options.shards, "held_out_")) {
        paths.push_back(std::move(path));
    }
    const MotionDataset dataset = MotionDataset::load(paths);
    return MotionTrainer(options, dataset).run();
}

}  // namespace vasa::train
