// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/motion_trainer.h"

#include "loop/bfloat16_scope.h"
#include "loop/training_loop.h"
#include "motion/initial_weights.h"
#include "motion/motion_batch.h"
#include "motion/motion_curves.h"
#include "motion/motion_loss.h"

#include "vasa/core/error.h"
#include "vasa/drive/diffusion.h"
#include "vasa/models/file_marker.h"
#include "vasa/motion/motion_space.h"
#include "vasa/tensor/weights.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <torch/utils.h>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;
using motion::kMotionWidth;

constexpr double kWeightDecay = 0.01;
constexpr int kValidationSteps[] = {100, 500, 900};  ///< of drive::kNumDiffusionSteps
/// Validations of all trainings see the same windows and noise.
constexpr std::uint64_t kValidationSeed = 0x5eed;

MotionBatch to_device(MotionBatch batch, at::Device device) {
    drive::MotionConditions& c = batch.conditions;
    for (at::Tensor* tensor : {&batch.clean,
                               &batch.valid,
                               &batch.known,
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

/// Diffusion steps of a batch, [batch] i64. Slow motion, such as a turned head, is decided where
/// noise is highest: this share of the windows is taken there.
at::Tensor sample_levels(int batch, at::Generator& generator) {
    constexpr double kHighShare = 0.3;
    constexpr int kHigh = drive::kNumDiffusionSteps * 7 / 10;
    const int num_high = static_cast<int>(std::lround(kHighShare * batch));
    const at::Tensor any =
        at::randint(1, drive::kNumDiffusionSteps + 1, {batch - num_high}, generator, at::kLong);
    const at::Tensor high =
        at::randint(kHigh, drive::kNumDiffusionSteps + 1, {num_high}, generator, at::kLong);
    return at::cat({any, high});
}

std::vector<float> values_of(const at::Tensor& tensor) {
    const at::Tensor flat = tensor.contiguous();
    return {flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel()};
}

void add_statistics(core::SafetensorsWriter& writer, const MotionStatistics& statistics) {
    writer.add_f32("motion.mean", {kMotionWidth}, values_of(statistics.mean));
    writer.add_f32("motion.scale", {kMotionWidth}, values_of(statistics.scale));
}

drive::MotionTransformerConfig make_config(const MotionTrainOptions& options,
                                           const MotionDataset& dataset) {
    drive::MotionTransformerConfig config;
    config.width = options.width;
    config.num_layers = options.num_layers;
    config.num_heads = options.num_heads;
    config.window = options.window;
    config.history = options.history;
    config.speech_width = dataset.speech_width();
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
    // The first style is used if none is requested.
    const auto place = std::find(config.styles.begin(), config.styles.end(), options.default_style);
    if (place != config.styles.end()) {
        std::rotate(config.styles.begin(), place, place + 1);
    }
    return config;
}

/// The training task of the motion network.
class MotionTask : public TrainingTask {
  public:
    MotionTask(const MotionTrainOptions& options, const MotionDataset& dataset);

    torch::nn::Module& network() override { return *network_; }
    torch::nn::Module& average() override { return *average_; }
    std::string config() const override { return network_->config().to_json(); }
    std::vector<double> add_gradients(TrainingStep& step) override;
    std::size_t num_losses() const override { return 1; }
    void validate(int step, const std::vector<double>& losses) override;
    void report_validation() override;
    std::string curves(int num_digits) const override {
        return curves_csv(motion_columns(), curves_, num_digits);
    }
    void set_curves(const std::string& csv) override {
        curves_ = parse_curves(motion_columns(), csv);
    }
    void save_state(core::SafetensorsWriter& writer) const override {
        add_statistics(writer, statistics_);
    }
    void load_state(const core::SafetensorsFile& file) override;
    models::TrainingSummary summary() const override;
    void save_network(const models::TrainingSummary& summary) const override;

    double hours() const { return training_->hours(); }
    const std::vector<MotionValidation>& rows() const { return curves_; }

  private:
    void set_statistics(const MotionStatistics& statistics);
    void add_errors(const MotionBatch& batch,
                    const at::Tensor& noise,
                    int num_batches,
                    MotionValidation& row,
                    double& lip_square);

    const MotionTrainOptions& options_;
    at::Device device_;
    std::string speech_features_;  ///< names the features in the shards
    std::unique_ptr<MotionBatcher> training_, held_out_;
    drive::MotionTransformer network_{nullptr}, average_{nullptr};
    MotionStatistics statistics_;
    std::unique_ptr<MotionLoss> loss_;
    std::vector<MotionValidation> curves_;
};

MotionTask::MotionTask(const MotionTrainOptions& options, const MotionDataset& dataset)
    : options_(options),
      device_(training_device(options)),
      speech_features_(dataset.speech_features()) {
    const drive::MotionTransformerConfig config = make_config(options, dataset);
    const auto [training, held_out] = dataset.split();
    training_ = std::make_unique<MotionBatcher>(dataset, training, config, options);
    held_out_ = std::make_unique<MotionBatcher>(dataset, held_out, config, options);
    torch::manual_seed(options.seed);
    network_ = drive::MotionTransformer(config);
    average_ = drive::MotionTransformer(config);
    network_->to(device_);
    average_->to(device_);
    if (options.init.empty()) {
        set_statistics(training_->statistics());
    } else {
        set_statistics(load_initial_weights(options.init, speech_features_, network_));
    }
}

void MotionTask::set_statistics(const MotionStatistics& statistics) {
    statistics_ = statistics;
    training_->set_statistics(statistics);
    held_out_->set_statistics(statistics);
    loss_ = std::make_unique<MotionLoss>(options_, statistics, device_);
}

void MotionTask::load_state(const core::SafetensorsFile& file) {
    std::vector<float> mean = file.floats("motion.mean", {kMotionWidth});
    std::vector<float> scale = file.floats("motion.scale", {kMotionWidth});
    set_statistics({at::from_blob(mean.data(), {kMotionWidth}).clone(),
                    at::from_blob(scale.data(), {kMotionWidth}).clone()});
}

std::vector<double> MotionTask::add_gradients(TrainingStep& step) {
    const MotionBatch batch =
        to_device(training_->training_batch(options_.batch_size, step.rng), device_);
    at::Generator generator = make_generator(step.rng.next_u64());
    const at::Tensor level = sample_levels(options_.batch_size, generator).to(device_);
    const at::Tensor noise =
        at::randn(batch.clean.sizes(), generator, at::TensorOptions()).to(device_);
    const at::Tensor noisy = drive::diffuse(batch.clean, noise, level);
    const at::Tensor predicted = [&] {
        const Bfloat16Scope scope(options_.bf16, device_);
        return network_(noisy, level.to(at::kFloat) / drive::kNumDiffusionSteps, batch.conditions);
    }();
    const at::Tensor loss = loss_->training(predicted, batch);
    loss.backward();
    return {loss.item<double>()};
}

/// Adds a batch's errors at all diffusion steps that are validated.
void MotionTask::add_errors(const MotionBatch& batch,
                            const at::Tensor& noise,
                            int num_batches,
                            MotionValidation& row,
                            double& lip_square) {
    double* const all[] = {&row.error_100, &row.error_500, &row.error_900};
    double* const mouth[] = {&row.mouth_100, &row.mouth_500, &row.mouth_900};
    for (std::size_t i = 0; i < std::size(kValidationSteps); ++i) {
        const at::Tensor level = at::full({batch.clean.size(0)},
                                          kValidationSteps[i],
                                          at::TensorOptions(at::kLong).device(device_));
        const at::Tensor predicted = average_(drive::diffuse(batch.clean, noise, level),
                                              level.to(at::kFloat) / drive::kNumDiffusionSteps,
                                              batch.conditions);
        const at::Tensor difference =
            (predicted - batch.clean) * batch.valid.unsqueeze(2) * batch.known.unsqueeze(1);
        const auto [error, mouth_error] = loss_->errors(difference, batch);
        *all[i] += error / num_batches;
        *mouth[i] += mouth_error / num_batches;
        if (i + 1 == std::size(kValidationSteps)) {
            lip_square += loss_->lip_square(difference, batch).item<double>() / num_batches;
        }
    }
}

void MotionTask::validate(int step, const std::vector<double>& losses) {
    MotionValidation row;
    row.step = step;
    row.train_loss = losses.at(0);
    core::Rng rng = core::Rng(kValidationSeed).fork(1);
    const int size = std::min(options_.batch_size, options_.num_validation_windows);
    const int num_batches = std::max(1, options_.num_validation_windows / size);
    double lip_square = 0;
    for (int b = 0; b < num_batches; ++b) {
        const MotionBatch batch = to_device(held_out_->validation_batch(size, rng), device_);
        at::Generator generator = make_generator(rng.next_u64());
        const at::Tensor noise =
            at::randn(batch.clean.sizes(), generator, at::TensorOptions()).to(device_);
        add_errors(batch, noise, num_batches, row, lip_square);
    }
    row.lip_error_cm = std::sqrt(lip_square);
    curves_.push_back(row);
}

void MotionTask::report_validation() {
    if (options_.validated) {
        options_.validated(curves_);
    }
}

models::TrainingSummary MotionTask::summary() const {
    models::TrainingSummary summary;
    char text[32];
    std::snprintf(text, sizeof text, "%.2f h of motion", hours());
    summary.data = text;
    if (!curves_.empty()) {
        summary.loss = curves_.back().error_500;
    }
    return summary;
}

void MotionTask::save_network(const models::TrainingSummary& summary) const {
    core::SafetensorsWriter writer;
    models::write_marker(writer, models::FileKind::MotionNetwork);
    models::write_inputs(writer, drive::motion_network_inputs(speech_features_));
    writer.set_metadata("config", config());
    models::write_training(writer, summary);
    tensor::add_weights(writer, *average_, "network.", core::DType::F16);
    add_statistics(writer, statistics_);
    writer.save(options_.out);
}

}  // namespace

void MotionTrainOptions::check() const {
    check_shared("motion training");
    const auto require = [](bool holds, const char* text) {
        if (!holds) {
            throw Error(ErrorKind::Usage, std::string("motion training: ") + text);
        }
    };
    require(!shards.empty(), "a folder of shards is needed");
    require(batch_size >= 1, "the batch size is at least 1");
    require(least_heard >= 0 && least_heard <= window, "the frames heard are within the window");
    require(num_validation_windows >= 1, "at least one window is needed to validate");
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
    const MotionDataset dataset = MotionDataset::load_folder(options.shards);
    MotionTask task(options, dataset);
    LoopSettings settings;
    settings.training = "motion";
    settings.adam.weight_decay = kWeightDecay;
    TrainingLoop loop(options, settings, task);
    loop.resume();
    const int num_steps = loop.run();
    return {num_steps, task.hours(), task.rows()};
}

}  // namespace vasa::train
