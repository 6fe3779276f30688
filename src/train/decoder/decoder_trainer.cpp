// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/decoder_trainer.h"

#include "decoder/decoder_batch.h"
#include "decoder/decoder_curves.h"
#include "decoder/discriminator_trainer.h"
#include "decoder/wider_network.h"
#include "loop/bfloat16_scope.h"
#include "loop/training_loop.h"

#include "vasa/core/error.h"
#include "vasa/core/safetensors.h"
#include "vasa/decode/frame_conditions.h"
#include "vasa/decode/frame_network.h"
#include "vasa/tensor/weights.h"

#include <algorithm>
#include <memory>
#include <sstream>
#include <utility>

#include <ATen/TensorOperators.h>
#include <torch/autograd.h>
#include <torch/utils.h>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;
using decode::FrameNetwork;

constexpr double kDiscriminatorRate = 1.0;  ///< learning rate / the network's rate
/// Share of all steps over which the discriminators' weight rises to its full value.
constexpr double kAdversarialRamp = 0.1;
constexpr int kSheetPatches = 6;  ///< per kind

/// Losses of a step, in order.
enum DecoderLoss { kReconstruction, kAdversarial, kFeature, kDiscriminator, kNumLosses };

/// The training task of the frame decoder.
class DecoderTask : public TrainingTask {
  public:
    explicit DecoderTask(const DecoderTrainOptions& options);
    /// Reads the existing training pairs if no checkpoint names them.
    void read_pairs() { training_.refresh(); }
    /// Reads the held-out pairs. @throws Error(Input) unless there are pairs of all kinds.
    void check_pairs();

    torch::nn::Module& network() override { return *network_; }
    torch::nn::Module& average() override { return *average_; }
    std::string config() const override { return network_->config().to_json(); }
    std::vector<double> add_gradients(TrainingStep& step) override;
    std::size_t num_losses() const override { return kNumLosses; }
    void validate(int step, const std::vector<double>& losses) override;
    void report_validation() override;
    std::string curves(int num_digits) const override {
        return curves_csv(decoder_columns(), curves_, num_digits);
    }
    void set_curves(const std::string& csv) override {
        curves_ = parse_curves(decoder_columns(), csv);
    }
    void save_state(core::SafetensorsWriter& writer) const override;
    void load_state(const core::SafetensorsFile& file) override;
    models::TrainingSummary summary() const override;
    void save_network(const models::TrainingSummary& summary) const override;

    const std::vector<DecoderValidation>& rows() const { return curves_; }

  private:
    DecoderBatch to_device(DecoderBatch batch) const;
    at::Tensor paint(FrameNetwork& network, const DecoderBatch& batch, const at::Tensor& region);
    at::Tensor output_gradient(const at::Tensor& painted,
                               const DecoderBatch& batch,
                               const at::Tensor& hidden,
                               int step,
                               std::vector<double>& losses);
    std::pair<at::Tensor, at::Tensor> steadiness_gradient(const at::Tensor& painted,
                                                          const at::Tensor& after,
                                                          const DecoderBatch& batch,
                                                          const OpenedMouths& opened) const;
    double measure_mouth_change(const at::Tensor& painted, const DecoderBatch& batch);

    const DecoderTrainOptions& options_;
    at::Device device_;
    PatchPool training_, held_out_;
    FrameNetwork network_{nullptr}, average_{nullptr};
    std::unique_ptr<DiscriminatorTrainer> discriminators_;
    std::vector<DecoderValidation> curves_;
    core::ImageU8 sheet_;  ///< samples of the last validation
};

DecoderTask::DecoderTask(const DecoderTrainOptions& options)
    : options_(options),
      device_(training_device(options)),
      training_(options.pairs, "train_", options.max_files),
      held_out_(options.pairs, "held_out_", options.max_files) {
    torch::manual_seed(options.seed);
    network_ = options.init.empty()
                   ? FrameNetwork(options.network)
                   : widen_frame_network(decode::load_frame_network(options.init), options.network);
    network_->train();
    average_ = FrameNetwork(options.network);
    network_->to(device_);
    average_->to(device_);
    discriminators_ = std::make_unique<DiscriminatorTrainer>(device_);
}

void DecoderTask::check_pairs() {
    held_out_.refresh();
    if (!training_.has_all_kinds() || !held_out_.has_all_kinds()) {
        throw Error(ErrorKind::Input,
                    "'" + options_.pairs + "' has " + std::to_string(training_.files().size()) +
                        " files train_* and " + std::to_string(held_out_.files().size()) +
                        " files held_out_*, expected some of both",
                    "run 'vasa prepare-portraits' first");
    }
}

DecoderBatch DecoderTask::to_device(DecoderBatch batch) const {
    for (at::Tensor* tensor :
         {&batch.conditions, &batch.target, &batch.lost, &batch.region, &batch.agreement}) {
        *tensor = tensor->to(device_);
    }
    batch.conditions = batch.conditions.contiguous(at::MemoryFormat::ChannelsLast);
    return batch;
}

at::Tensor DecoderTask::paint(FrameNetwork& network,
                              const DecoderBatch& batch,
                              const at::Tensor& region) {
    const Bfloat16Scope scope(options_.bf16, device_);
    return network(batch.conditions, region);
}

/// Gradient for the painted colours: reconstruction, and from some step on the discriminators'
/// gradient, scaled to the same length so that neither dominates.
at::Tensor DecoderTask::output_gradient(const at::Tensor& painted,
                                        const DecoderBatch& batch,
                                        const at::Tensor& hidden,
                                        int step,
                                        std::vector<double>& losses) {
    const at::Tensor colours = painted.detach().requires_grad_(true);
    const at::Tensor reconstruction =
        reconstruction_loss(colours, batch, batch.region, options_.gradient_loss_weight);
    losses[kReconstruction] = reconstruction.item<double>();
    at::Tensor direction = torch::autograd::grad({reconstruction}, {colours})[0];
    const double share = static_cast<double>(step) / options_.num_steps;
    if (share < options_.adversarial_start) {
        return direction;
    }
    const double ramp = std::min(1.0, (share - options_.adversarial_start) / kAdversarialRamp);
    const auto [verdicts, features] = [&] {
        const Bfloat16Scope scope(options_.bf16, device_);
        return adversarial_losses(discriminators_->networks(), colours, batch, hidden);
    }();
    losses[kAdversarial] = verdicts.item<double>();
    losses[kFeature] = features.item<double>();
    const at::Tensor of_verdicts = torch::autograd::grad({verdicts}, {colours}, {}, true)[0];
    const at::Tensor of_features = torch::autograd::grad({features}, {colours})[0];
    const at::Tensor length = (direction * hidden).norm();
    const double weight = 0.5 * options_.adversarial_weight * ramp;
    return direction + weight * length *
                           (of_verdicts / (of_verdicts.norm() + 1e-12) +
                            of_features / (of_features.norm() + 1e-12));
}

/// Gradients that make mouths and opened mouths the same, one for each.
std::pair<at::Tensor, at::Tensor> DecoderTask::steadiness_gradient(
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

std::vector<double> DecoderTask::add_gradients(TrainingStep& step) {
    std::vector<double> losses(kNumLosses, 0.0);
    const DecoderBatch batch = to_device(training_.training_batch(options_.batch_size, step.rng));
    const at::Tensor hidden = hidden_mask(batch);
    const at::Tensor painted = paint(network_, batch, batch.region);
    if (step.index >= options_.discriminator_start * options_.num_steps) {
        losses[kDiscriminator] = discriminators_->step(
            [&](PatchDiscriminators& networks) {
                const Bfloat16Scope scope(options_.bf16, device_);
                return discriminator_loss(networks, painted.detach(), batch, hidden);
            },
            kDiscriminatorRate * step.learning_rate);
    }
    const at::Tensor direction = output_gradient(painted, batch, hidden, step.index, losses);
    if (options_.steadiness_weight > 0) {
        const OpenedMouths opened = open_mouths(batch, step.rng.uniform(0.25, 0.75));
        const at::Tensor after = paint(network_, opened.mouths, opened.mouths.region);
        const auto [of_before, of_after] = steadiness_gradient(painted, after, batch, opened);
        torch::autograd::backward({painted, after}, {direction + of_before, of_after});
    } else {
        painted.backward(direction);
    }
    return losses;
}

double DecoderTask::measure_mouth_change(const at::Tensor& painted, const DecoderBatch& batch) {
    const OpenedMouths opened = open_mouths(batch, 0.5);
    const at::Tensor after = paint(average_, opened.mouths, opened.mouths.region);
    const auto [sum, count] = mouth_change(painted, after, opened);
    return 255.0 * sum.item<double>() / (count.item<double>() + 1e-9);
}

void DecoderTask::validate(int step, const std::vector<double>& losses) {
    held_out_.refresh();
    DecoderValidation row;
    row.step = step;
    row.reconstruction_loss = losses.at(kReconstruction);
    row.adversarial_loss = losses.at(kAdversarial);
    row.feature_loss = losses.at(kFeature);
    row.discriminator_loss = losses.at(kDiscriminator);
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
    sheet_ = make_sheet(sheet);
    training_.refresh();
}

void DecoderTask::report_validation() {
    if (options_.validated) {
        options_.validated(curves_, sheet_);
    }
}

void DecoderTask::save_state(core::SafetensorsWriter& writer) const {
    std::string files;
    for (const std::string& name : training_.files()) {
        files += name + "\n";
    }
    writer.set_metadata("files", files);
    discriminators_->save(writer);
}

void DecoderTask::load_state(const core::SafetensorsFile& file) {
    discriminators_->load(file);
    std::istringstream files(file.metadata("files"));
    std::vector<std::string> names;
    for (std::string name; std::getline(files, name);) {
        names.push_back(name);
    }
    training_.read(names);
}

models::TrainingSummary DecoderTask::summary() const {
    models::TrainingSummary summary;
    summary.data = std::to_string(training_.files().size()) + " files of pairs";
    if (!curves_.empty()) {
        summary.loss = curves_.back().mouth.colour_network;
    }
    return summary;
}

void DecoderTask::save_network(const models::TrainingSummary& summary) const {
    decode::save_frame_network(options_.out, average_, summary);
}

}  // namespace

void DecoderTrainOptions::check() const {
    check_shared("decoder training");
    const auto require = [](bool holds, const char* text) {
        if (!holds) {
            throw Error(ErrorKind::Usage, std::string("decoder training: ") + text);
        }
    };
    require(!pairs.empty(), "a folder of pairs is needed");
    require(max_files >= 1, "at least one file is needed");
    require(batch_size >= 4, "a batch has at least 4 patches");
    require(num_validation_patches >= 1, "at least one patch is needed to validate");
    require(discriminator_start >= 0 && adversarial_start >= discriminator_start,
            "discriminators start to learn before they teach");
    require(adversarial_weight >= 0 && gradient_loss_weight >= 0 && steadiness_weight >= 0,
            "weights are not negative");
}

DecoderTrainResult train_decoder(const DecoderTrainOptions& options) {
    options.check();
    DecoderTask task(options);
    LoopSettings settings;
    settings.training = "decoder";
    TrainingLoop loop(options, settings, task);
    if (!loop.resume()) {
        task.read_pairs();
    }
    task.check_pairs();
    const int num_steps = loop.run();
    return {num_steps, task.rows()};
}

}  // namespace vasa::train
