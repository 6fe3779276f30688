// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/decoder_trainer.h"

#include "decoder/decoder_batch.h"
#include "decoder/decoder_curves.h"
#include "decoder/decoder_losses.h"
#include "decoder/wider_network.h"
#include "loop/adam.h"
#include "loop/bfloat16_scope.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/safetensors.h"
#include "vasa/decode/frame_conditions.h"
#include "vasa/decode/frame_network.h"
#include "vasa/tensor/weights.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <sstream>
#include <utility>

#include <ATen/TensorOperators.h>
#include <torch/autograd.h>
#include <torch/nn/utils/clip_grad.h>
#include <torch/utils.h>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;
using decode::FrameNetwork;

constexpr double kGradientLimit = 1.0;
constexpr double kDiscriminatorRate = 1.0;  ///< learning rate / the network's
constexpr int kSheetPatches = 6;            ///< of each kind
constexpr const char* kCheckpointFormat = "vasa decoder checkpoint";

/// Learning rate of a step: linear warm-up, then a cosine down to a tenth.
double learning_rate(const DecoderTrainOptions& options, int step) {
    if (step < options.warmup_steps) {
        return options.learning_rate * (step + 1) / options.warmup_steps;
    }
    const double done = static_cast<double>(step - options.warmup_steps) /
                        std::max(1, options.num_steps - options.warmup_steps);
    return options.learning_rate * (0.1 + 0.45 * (1.0 + std::cos(M_PI * std::min(1.0, done))));
}

/// Sums of the losses since the last validation.
struct LossSums {
    double reconstruction = 0, adversarial = 0, feature = 0, discriminator = 0;
};

class DecoderTrainer {
  public:
    explicit DecoderTrainer(const DecoderTrainOptions& options);
    DecoderTrainResult run();

  private:
    DecoderBatch to_device(DecoderBatch batch) const;
    at::Tensor paint(FrameNetwork& network, const DecoderBatch& batch, const at::Tensor& region);
    void step();
    void train_discriminators(const at::Tensor& painted,
                              const DecoderBatch& batch,
                              const at::Tensor& hidden);
    at::Tensor output_gradient(const at::Tensor& painted,
                               const DecoderBatch& batch,
                               const at::Tensor& region,
                               const at::Tensor& hidden);
    std::pair<at::Tensor, at::Tensor> steadiness_gradient(const at::Tensor& painted,
                                                          const at::Tensor& after,
                                                          const DecoderBatch& batch,
                                                          const OpenedMouths& opened) const;
    double measure_mouth_change(const at::Tensor& painted, const DecoderBatch& batch);
    void validate();
    void save();
    bool load();

    const DecoderTrainOptions& options_;
    at::Device device_;
    PatchPool training_, held_out_;
    std::array<DecoderBatch, pairs::kNumPatchKinds> validation_;
    FrameNetwork network_, average_;
    PatchDiscriminators discriminators_;
    std::unique_ptr<Adam> optimizer_;
    std::array<std::unique_ptr<Adam>, pairs::kNumPatchKinds> discriminator_optimizers_;
    int step_ = 0;
    LossSums sums_;
    std::vector<DecoderValidation> curves_;
};

DecoderTrainer::DecoderTrainer(const DecoderTrainOptions& options)
    : options_(options),
      device_(options.device),
      training_(options.pairs, "train_", options.max_files),
      held_out_(options.pairs, "held_out_", options.max_files),
      network_(nullptr),
      average_(nullptr),
      discriminators_{
          PatchDiscriminator(nullptr), PatchDiscriminator(nullptr), PatchDiscriminator(nullptr)} {
    torch::manual_seed(options.seed);
    network_ = options.init.empty()
                   ? FrameNetwork(options.network)
                   : widen_frame_network(decode::load_frame_network(options.init), options.network);
    network_->train();
    average_ = FrameNetwork(options.network);
    network_->to(device_);
    average_->to(device_);
    {
        const torch::NoGradGuard guard;
        auto averages = average_->parameters();
        const auto parameters = network_->parameters();
        for (std::size_t i = 0; i < averages.size(); ++i) {
            averages[i].copy_(parameters[i]);
            averages[i].set_requires_grad(false);
        }
    }
    optimizer_ = std::make_unique<Adam>(*network_, AdamOptions{});
    for (std::size_t kind = 0; kind < discriminators_.size(); ++kind) {
        discriminators_[kind] = PatchDiscriminator();
        discriminators_[kind]->to(device_);
        discriminator_optimizers_[kind] =
            std::make_unique<Adam>(*discriminators_[kind], AdamOptions{0.5, 0.99, 1e-8, 0.0});
    }
    if (!load()) {
        training_.refresh();
    }
    held_out_.refresh();
    if (!training_.has_all_kinds() || !held_out_.has_all_kinds()) {
        throw Error(ErrorKind::Input,
                    "'" + options.pairs + "' has " + std::to_string(training_.files().size()) +
                        " files train_* and " + std::to_string(held_out_.files().size()) +
                        " files held_out_*, expected some of both",
                    "run 'vasa prepare-portraits' first");
    }
}

DecoderBatch DecoderTrainer::to_device(DecoderBatch batch) const {
    for (at::Tensor* tensor :
         {&batch.conditions, &batch.target, &batch.lost, &batch.region, &batch.agreement}) {
        *tensor = tensor->to(device_);
    }
    batch.conditions = batch.conditions.contiguous(at::MemoryFormat::ChannelsLast);
    return batch;
}

at::Tensor DecoderTrainer::paint(FrameNetwork& network,
                                 const DecoderBatch& batch,
                                 const at::Tensor& region) {
    const Bfloat16Scope scope(options_.bf16, device_);
    return network(batch.conditions, region);
}

void DecoderTrainer::train_discriminators(const at::Tensor& painted,
                                          const DecoderBatch& batch,
                                          const at::Tensor& hidden) {
    const at::Tensor loss = [&] {
        const Bfloat16Scope scope(options_.bf16, device_);
        return discriminator_loss(discriminators_, painted.detach(), batch, hidden);
    }();
    for (PatchDiscriminator& discriminator : discriminators_) {
        discriminator->zero_grad();
    }
    loss.backward();
    for (auto& optimizer : discriminator_optimizers_) {
        optimizer->step(kDiscriminatorRate * learning_rate(options_, step_), step_);
    }
    sums_.discriminator += loss.item<double>();
}

/// The direction in which painted colours should change: reconstruction, and from some step on what
/// the discriminators say, scaled to the same length so that neither drowns the other.
at::Tensor DecoderTrainer::output_gradient(const at::Tensor& painted,
                                           const DecoderBatch& batch,
                                           const at::Tensor& region,
                                           const at::Tensor& hidden) {
    const at::Tensor colours = painted.detach().requires_grad_(true);
    const at::Tensor reconstruction =
        reconstruction_loss(colours, batch, region, options_.gradient_loss_weight);
    sums_.reconstruction += reconstruction.item<double>();
    at::Tensor direction = torch::autograd::grad({reconstruction}, {colours})[0];
    const double share = static_cast<double>(step_) / options_.num_steps;
    if (share < options_.adversarial_start) {
        return direction;
    }
    const double ramp = std::min(1.0, (share - options_.adversarial_start) / 0.1);
    const auto [verdicts, features] = [&] {
        const Bfloat16Scope scope(options_.bf16, device_);
        return adversarial_losses(discriminators_, colours, batch, hidden);
    }();
    sums_.adversarial += verdicts.item<double>();
    sums_.feature += features.item<double>();
    const at::Tensor of_verdicts = torch::autograd::grad({verdicts}, {colours}, {}, true)[0];
    const at::Tensor of_features = torch::autograd::grad({features}, {colours})[0];
    const at::Tensor length = (direction * hidden).norm();
    const double weight = 0.5 * options_.adversarial_weight * ramp;
    return direction + weight * length *
                           (of_verdicts / (of_verdicts.norm() + 1e-12) +
                            of_features / (of_features.norm() + 1e-12));
}

/// The directions in which mouths and opened mouths should change to be the same.
std::pair<at::Tensor, at::Tensor> DecoderTrainer::steadiness_gradient(
    const at::Tensor& painted,
    const at::Tensor& after,
    const DecoderBatch& batch,
    const OpenedMouths& opened) const {
    const at::Tensor a = painted.detach().requires_grad_(true);
    const at::Tensor b = after.detach().requires_grad_(true);
    const at::Tensor change = mouth_change(a, b, opened).first;
    const auto gradients = torch::autograd::grad({change}, {a, b});
    const at::Tensor scale = options_.steadiness_weight * lost_pixel_weight(batch);
    return {scale * gradients[0], scale * gradients[1]};
}

void DecoderTrainer::step() {
    core::Rng rng = core::Rng(options_.seed).fork(static_cast<std::uint64_t>(step_) + 1);
    const DecoderBatch batch = to_device(training_.training_batch(options_.batch_size, rng));
    const at::Tensor& region = batch.region;
    const at::Tensor hidden = hidden_mask(batch);
    const at::Tensor painted = paint(network_, batch, region);
    if (step_ >= options_.discriminator_start * options_.num_steps) {
        train_discriminators(painted, batch, hidden);
    }
    at::Tensor direction = output_gradient(painted, batch, region, hidden);
    network_->zero_grad();
    if (options_.steadiness_weight > 0) {
        const OpenedMouths opened = open_mouths(batch, rng.uniform(0.25, 0.75));
        const at::Tensor after = paint(network_, opened.mouths, opened.mouths.region);
        const auto [of_before, of_after] = steadiness_gradient(painted, after, batch, opened);
        torch::autograd::backward({painted, after}, {direction + of_before, of_after});
    } else {
        painted.backward(direction);
    }
    torch::nn::utils::clip_grad_norm_(network_->parameters(), kGradientLimit);
    optimizer_->step(learning_rate(options_, step_), step_);
    const torch::NoGradGuard guard;
    // The average follows faster at first.
    const double decay = std::min(options_.ema_decay, (1.0 + step_) / (10.0 + step_));
    auto averages = average_->parameters();
    const auto parameters = network_->parameters();
    for (std::size_t i = 0; i < averages.size(); ++i) {
        averages[i].lerp_(parameters[i], 1.0 - decay);
    }
    if (!std::isfinite(sums_.reconstruction)) {
        throw Error(ErrorKind::Internal,
                    "training diverged at step " + std::to_string(step_),
                    "start again from the last checkpoint with a lower --learning-rate");
    }
    ++step_;
}

double DecoderTrainer::measure_mouth_change(const at::Tensor& painted, const DecoderBatch& batch) {
    const OpenedMouths opened = open_mouths(batch, 0.5);
    const at::Tensor after = paint(average_, opened.mouths, opened.mouths.region);
    const auto [sum, count] = mouth_change(painted, after, opened);
    return 255.0 * sum.item<double>() / (count.item<double>() + 1e-9);
}

void DecoderTrainer::validate() {
    const torch::NoGradGuard guard;
    held_out_.refresh();
    DecoderValidation row;
    row.step = step_;
    const double count = std::max(1, step_ - (curves_.empty() ? 0 : curves_.back().step));
    row.reconstruction_loss = sums_.reconstruction / count;
    row.adversarial_loss = sums_.adversarial / count;
    row.feature_loss = sums_.feature / count;
    row.discriminator_loss = sums_.discriminator / count;
    sums_ = {};
    LostErrors* const errors[] = {&row.mouth, &row.eyes, &row.skin};
    std::vector<SheetRow> sheet;
    for (std::size_t kind = 0; kind < pairs::kNumPatchKinds; ++kind) {
        const DecoderBatch batch = to_device(held_out_.validation_batch(
            static_cast<pairs::PatchKind>(kind), options_.num_validation_patches));
        const at::Tensor painted = paint(average_, batch, batch.region);
        *errors[kind] = lost_errors(painted, batch);
        if (static_cast<pairs::PatchKind>(kind) == pairs::PatchKind::Mouth) {
            row.mouth_change = measure_mouth_change(painted, batch);
        }
        const std::int64_t every = std::max<std::int64_t>(1, painted.size(0) / kSheetPatches);
        for (std::int64_t i = 0; i < painted.size(0); i += every) {
            sheet.push_back({batch.conditions[i].slice(0, 0, 3), painted[i], batch.target[i]});
        }
    }
    curves_.push_back(row);
    training_.refresh();
    save();
    if (options_.validated) {
        options_.validated(curves_, make_sheet(sheet));
    }
}

void DecoderTrainer::save() {
    core::SafetensorsWriter writer;
    writer.set_metadata("format", kCheckpointFormat);
    writer.set_metadata("version", "2");
    writer.set_metadata("config", network_->config().to_json());
    writer.set_metadata("step", std::to_string(step_));
    std::string files;
    for (const std::string& name : training_.files()) {
        files += name + "\n";
    }
    writer.set_metadata("files", files);
    writer.set_metadata("curves", decoder_curves_csv(curves_));
    char sums[128];
    std::snprintf(sums,
                  sizeof sums,
                  "%.17g %.17g %.17g %.17g",
                  sums_.reconstruction,
                  sums_.adversarial,
                  sums_.feature,
                  sums_.discriminator);
    writer.set_metadata("loss_sums", sums);
    tensor::add_weights(writer, *network_, "network.");
    tensor::add_weights(writer, *average_, "average.");
    optimizer_->save(writer, "adam.");
    for (std::size_t kind = 0; kind < discriminators_.size(); ++kind) {
        const std::string prefix = "discriminator" + std::to_string(kind) + ".";
        tensor::add_weights(writer, *discriminators_[kind], prefix + "network.");
        discriminator_optimizers_[kind]->save(writer, prefix + "adam.");
    }
    writer.save(options_.checkpoint);
    models::TrainingSummary training;
    training.num_steps = step_;
    training.command = options_.command;
    decode::save_frame_network(options_.out, average_, training);
    if (!options_.curves.empty()) {
        core::write_file_atomic(options_.curves, decoder_curves_csv(curves_), true);
    }
}

bool DecoderTrainer::load() {
    if (!std::filesystem::exists(options_.checkpoint)) {
        return false;
    }
    const auto file = core::SafetensorsFile::load(options_.checkpoint, ErrorKind::Input);
    if (file.metadata("format") != kCheckpointFormat || file.metadata("version") != "2") {
        throw Error(ErrorKind::Input,
                    "'" + options_.checkpoint + "' is no decoder checkpoint of version 2");
    }
    if (file.metadata("config") != network_->config().to_json()) {
        throw Error(ErrorKind::Input,
                    "checkpoint '" + options_.checkpoint + "' is of another configuration: " +
                        file.metadata("config") + ", expected " + network_->config().to_json(),
                    "name another --checkpoint, or train with its --config");
    }
    tensor::load_weights(*network_, file, "network.");
    tensor::load_weights(*average_, file, "average.");
    optimizer_->load(file, "adam.");
    for (std::size_t kind = 0; kind < discriminators_.size(); ++kind) {
        const std::string prefix = "discriminator" + std::to_string(kind) + ".";
        tensor::load_weights(*discriminators_[kind], file, prefix + "network.");
        discriminator_optimizers_[kind]->load(file, prefix + "adam.");
    }
    step_ = std::atoi(file.metadata("step").c_str());
    curves_ = parse_decoder_curves(file.metadata("curves"));
    std::sscanf(file.metadata("loss_sums").c_str(),
                "%lf %lf %lf %lf",
                &sums_.reconstruction,
                &sums_.adversarial,
                &sums_.feature,
                &sums_.discriminator);
    std::istringstream files(file.metadata("files"));
    std::vector<std::string> names;
    for (std::string name; std::getline(files, name);) {
        names.push_back(name);
    }
    training_.read(names);
    return true;
}

DecoderTrainResult DecoderTrainer::run() {
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
    return {step_, curves_};
}

}  // namespace

void DecoderTrainOptions::check() const {
    const auto require = [](bool holds, const char* text) {
        if (!holds) {
            throw Error(ErrorKind::Usage, std::string("decoder training: ") + text);
        }
    };
    require(!pairs.empty(), "a folder of pairs is needed");
    require(num_steps >= 1 && validate_every >= 1 && warmup_steps >= 1 && max_files >= 1,
            "steps, warm-up, validation interval and files are at least 1");
    require(batch_size >= 4, "a batch has at least 4 patches");
    require(num_validation_patches >= 1, "at least one patch is needed to validate");
    require(learning_rate > 0 && learning_rate <= 1, "the learning rate is in (0, 1]");
    require(ema_decay >= 0 && ema_decay < 1, "the averages' decay is in [0, 1)");
    require(discriminator_start >= 0 && adversarial_start >= discriminator_start,
            "discriminators start to learn before they teach");
    require(adversarial_weight >= 0 && gradient_loss_weight >= 0 && steadiness_weight >= 0,
            "weights are not negative");
}

DecoderTrainResult train_decoder(const DecoderTrainOptions& options) {
    options.check();
    return DecoderTrainer(options).run();
}

}  // namespace vasa::train
