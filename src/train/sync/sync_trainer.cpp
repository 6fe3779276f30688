// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/sync_trainer.h"

#include "loop/bfloat16_scope.h"
#include "loop/curves.h"
#include "loop/training_loop.h"
#include "motion/lip_geometry.h"
#include "sync/sync_batch.h"

#include "vasa/core/error.h"
#include "vasa/core/rng.h"
#include "vasa/models/file_marker.h"
#include "vasa/motion/motion_space.h"
#include "vasa/sync/sync_network.h"
#include "vasa/tensor/weights.h"
#include "vasa/train/motion_dataset.h"

#include <algorithm>
#include <utility>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/matmul.h>
#include <torch/utils.h>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;

constexpr double kMaxScale = 50.0;
constexpr int kAccuracyWindows = 16;
constexpr std::uint64_t kMeasureSeed = 7;
constexpr double kWeightDecay = 0.05;

at::Tensor contrastive_loss(sync::SyncNetwork& network, const SyncBatch& batch) {
    const at::Tensor lips = network->embed_lips(batch.lips);
    const at::Tensor speech = network->embed_speech(batch.speech);
    const at::Tensor scale = network->log_scale().exp().clamp_max(kMaxScale);
    const at::Tensor similarity = at::matmul(lips, speech.t()) * scale;  // [B, B]
    const at::Tensor own =
        at::arange(lips.size(0), at::TensorOptions(at::kLong).device(lips.device()));
    return 0.5 *
           (at::cross_entropy_loss(similarity, own) + at::cross_entropy_loss(similarity.t(), own));
}

/// x and y of the landmarks.
at::Tensor plane_basis(const std::string& head_model) {
    const at::Tensor basis = lip_basis(head_model).slice(1, 0, sync::kSyncMotionWidth);
    return basis.reshape({-1, 3, sync::kSyncMotionWidth})
        .slice(1, 0, 2)
        .reshape({-1, sync::kSyncMotionWidth})
        .contiguous();
}

/// How often a window's speech is found among the windows of the same clip, and the loss.
struct SyncMeasure {
    double accuracy = 0, loss = 0;
};

SyncMeasure measure_clips(sync::SyncNetwork& network,
                          const std::vector<SyncClip>& clips,
                          at::Device device) {
    const torch::NoGradGuard guard;
    core::Rng rng(kMeasureSeed);
    int num_right = 0;
    SyncMeasure sums;
    for (const SyncClip& clip : clips) {
        const SyncBatch batch = to_device(sample_windows({&clip}, kAccuracyWindows, rng), device);
        const at::Tensor similarity =
            at::matmul(network->embed_lips(batch.lips), network->embed_speech(batch.speech).t());
        const at::Tensor own =
            at::arange(kAccuracyWindows, at::TensorOptions(at::kLong).device(device));
        num_right += (similarity.argmax(1) == own).sum().item<int>();
        sums.loss += contrastive_loss(network, batch).item<double>();
    }
    const auto num_clips = static_cast<double>(clips.size());
    return {num_right / (num_clips * kAccuracyWindows), sums.loss / num_clips};
}

const std::vector<CurveColumn<SyncValidation>>& sync_columns() {
    using Row = SyncValidation;
    static const std::vector<CurveColumn<Row>> kColumns = {
        {"train_loss", [](Row& r) -> double& { return r.train_loss; }},
        {"held_out_loss", [](Row& r) -> double& { return r.held_out_loss; }},
        {"accuracy", [](Row& r) -> double& { return r.accuracy; }},
    };
    return kColumns;
}

/// The training task of the lip-sync expert.
class SyncTask : public TrainingTask {
  public:
    SyncTask(const SyncTrainOptions& options, const MotionDataset& dataset);

    torch::nn::Module& network() override { return *network_; }
    torch::nn::Module& average() override { return *average_; }
    std::string config() const override { return "{}"; }  // the program fixes the sizes
    std::vector<double> add_gradients(TrainingStep& step) override;
    std::size_t num_losses() const override { return 1; }
    void validate(int step, const std::vector<double>& losses) override;
    void report_validation() override;
    std::string curves(int num_digits) const override {
        return curves_csv(sync_columns(), curves_, num_digits);
    }
    void set_curves(const std::string& csv) override {
        curves_ = parse_curves(sync_columns(), csv);
    }
    void save_state(core::SafetensorsWriter& writer) const override;
    void load_state(const core::SafetensorsFile& file) override;
    models::TrainingSummary summary() const override;
    void save_network(const models::TrainingSummary& summary) const override;

    const std::vector<SyncValidation>& rows() const { return curves_; }
    std::map<std::string, double> accuracies();

  private:
    const SyncTrainOptions& options_;
    at::Device device_;
    std::string speech_features_;  ///< names the features in the shards
    at::Tensor basis_;
    SyncClips training_, held_out_;
    /// Windows and noise are drawn in one sequence over all steps; checkpoints store its state.
    core::Rng rng_;
    at::Generator generator_;
    sync::SyncNetwork network_{nullptr}, average_{nullptr};
    std::vector<SyncValidation> curves_;
};

SyncTask::SyncTask(const SyncTrainOptions& options, const MotionDataset& dataset)
    : options_(options),
      device_(training_device(options)),
      speech_features_(dataset.speech_features()),
      basis_(plane_basis(options.head_model)),
      training_(load_sync_clips(dataset, options, basis_, false)),
      held_out_(load_sync_clips(dataset, options, basis_, true)),
      rng_(options.seed),
      generator_(at::make_generator<at::CPUGeneratorImpl>(options.seed)) {
    if (training_.empty() || held_out_.empty()) {
        throw Error(ErrorKind::Input,
                    "shards in '" + options.shards +
                        "': expected clips of the sources asked for, some to train on and some "
                        "held out, found " +
                        (training_.empty() ? "none to train on" : "none held out"));
    }
    torch::manual_seed(options.seed);
    network_ = sync::SyncNetwork(sync::SyncConfig{});
    average_ = sync::SyncNetwork(sync::SyncConfig{});
    network_->to(device_);
    average_->to(device_);
}

std::vector<double> SyncTask::add_gradients(TrainingStep& /*step*/) {
    std::vector<const SyncClip*> clips;
    for (int k = 0; k < options_.clips_per_batch; ++k) {
        clips.push_back(sample_clip(training_, options_.source_shares, rng_));
    }
    SyncBatch batch = sample_windows(clips, options_.windows_per_clip, rng_);
    vary(batch, options_.windows_per_clip, generator_);
    batch = to_device(batch, device_);
    const at::Tensor loss = [&] {
        const Bfloat16Scope scope(options_.bf16, device_);
        return contrastive_loss(network_, batch);
    }();
    loss.backward();
    return {loss.item<double>()};
}

void SyncTask::validate(int step, const std::vector<double>& losses) {
    SyncValidation row;
    row.step = step;
    row.train_loss = losses.at(0);
    for (const auto& [source, clips] : held_out_) {
        const SyncMeasure measure = measure_clips(average_, clips, device_);
        row.held_out_loss += measure.loss / static_cast<double>(held_out_.size());
        row.accuracy += measure.accuracy / static_cast<double>(held_out_.size());
    }
    curves_.push_back(row);
}

std::map<std::string, double> SyncTask::accuracies() {
    std::map<std::string, double> accuracies;
    for (const auto& [source, clips] : held_out_) {
        accuracies[source] = measure_clips(average_, clips, device_).accuracy;
    }
    return accuracies;
}

void SyncTask::report_validation() {
    if (options_.validated) {
        options_.validated(curves_);
    }
}

void SyncTask::save_state(core::SafetensorsWriter& writer) const {
    writer.set_metadata("rng", rng_.state());
    const at::Tensor state = generator_.get_state();
    writer.add_u8("generator",
                  {state.numel()},
                  {state.const_data_ptr<std::uint8_t>(),
                   state.const_data_ptr<std::uint8_t>() + state.numel()});
}

void SyncTask::load_state(const core::SafetensorsFile& file) {
    rng_.set_state(file.metadata("rng"));
    std::vector<std::uint8_t> state = file.bytes("generator", {generator_.get_state().numel()});
    generator_.set_state(
        at::from_blob(state.data(), {static_cast<std::int64_t>(state.size())}, at::kByte).clone());
}

models::TrainingSummary SyncTask::summary() const {
    std::size_t num_clips = 0;
    for (const auto& [source, clips] : training_) {
        num_clips += clips.size();
    }
    models::TrainingSummary summary;
    summary.data = std::to_string(num_clips) + " clips of motion and speech";
    if (!curves_.empty()) {
        summary.loss = curves_.back().held_out_loss;
    }
    return summary;
}

void SyncTask::save_network(const models::TrainingSummary& summary) const {
    core::SafetensorsWriter writer;
    models::write_marker(writer, models::FileKind::SyncExpert);
    models::write_inputs(writer, sync::sync_expert_inputs(speech_features_));
    models::write_training(writer, summary);
    tensor::add_weights(writer, *average_, "network.", core::DType::F16);
    writer.add_f32(
        "lips.basis",
        {basis_.size(0), sync::kSyncMotionWidth},
        {basis_.const_data_ptr<float>(), basis_.const_data_ptr<float>() + basis_.numel()});
    writer.save(options_.out);
}

}  // namespace

void SyncTrainOptions::check() const {
    check_shared("lip-sync training");
    if (shards.empty() || clips_per_batch < 2 || windows_per_clip < 1) {
        throw Error(ErrorKind::Usage,
                    "lip-sync training: expected shards, at least 2 clips and 1 window of each");
    }
    if (source_shares.empty()) {
        throw Error(ErrorKind::Usage, "lip-sync training: no sources given");
    }
}

SyncTrainResult train_sync_expert(const SyncTrainOptions& options) {
    options.check();
    const MotionDataset dataset = MotionDataset::load_folder(options.shards);
    SyncTask task(options, dataset);
    LoopSettings settings;
    settings.training = "sync";
    settings.adam = {0.9, 0.999, 1e-8, kWeightDecay, false};
    settings.final_share = 0.0;
    settings.gradient_limit = 0.0;
    TrainingLoop loop(options, settings, task);
    loop.resume();
    const int num_steps = loop.run();
    return {num_steps, task.accuracies(), task.rows()};
}

}  // namespace vasa::train
