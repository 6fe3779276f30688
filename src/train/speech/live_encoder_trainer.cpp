// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/live_encoder_trainer.h"

#include "loop/bfloat16_scope.h"
#include "loop/curves.h"
#include "loop/training_loop.h"
#include "speech/speech_tracks.h"

#include "vasa/core/error.h"
#include "vasa/core/rng.h"
#include "vasa/speech/live_encoder_training.h"
#include "vasa/speech/speech_encoder.h"

#include <algorithm>
#include <cstdio>

#include <ATen/TensorOperators.h>
#include <ATen/ops/cosine_similarity.h>
#include <torch/utils.h>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;

/// Weight of (1 - cosine) beside the mean squared difference.
constexpr double kCosineWeight = 0.5;
constexpr double kWeightDecay = 0.01;
/// Positions that training shows: a stream's first 7 minutes.
constexpr std::uint64_t kPositions = 20000;
constexpr std::uint64_t kTrackStream = 1, kHeldOutStream = 2;

/// Mean squared difference and mean cosine of the rows that count.
struct Agreement {
    at::Tensor error, cosine;
};

Agreement agreement(const at::Tensor& features, const SpeechBatch& batch) {
    const at::Tensor count = batch.counts.sum();
    const at::Tensor square = (features - batch.features).square().mean(2);  // [B, T]
    const at::Tensor cosine = at::cosine_similarity(features, batch.features, 2);
    return {(square * batch.counts).sum() / count, (cosine * batch.counts).sum() / count};
}

const std::vector<CurveColumn<LiveEncoderValidation>>& live_encoder_columns() {
    using Row = LiveEncoderValidation;
    static const std::vector<CurveColumn<Row>> kColumns = {
        {"train_loss", [](Row& r) -> double& { return r.train_loss; }},
        {"error", [](Row& r) -> double& { return r.error; }},
        {"cosine", [](Row& r) -> double& { return r.cosine; }},
    };
    return kColumns;
}

/// The training task of the live speech encoder.
class LiveEncoderTask : public TrainingTask {
  public:
    LiveEncoderTask(const LiveEncoderTrainOptions& options,
                    const std::vector<std::vector<float>>& clips,
                    const std::vector<std::vector<float>>& held_out);

    torch::nn::Module& network() override { return *parts_.network; }
    torch::nn::Module& average() override { return *average_; }
    std::string config() const override {
        return "{\"num_blocks\":" + std::to_string(parts_.num_blocks) + "}";
    }
    std::vector<double> add_gradients(TrainingStep& step) override;
    std::size_t num_losses() const override { return 1; }
    void validate(int step, const std::vector<double>& losses) override;
    void report_validation() override {
        if (options_.validated) {
            options_.validated(curves_);
        }
    }
    std::string curves(int num_digits) const override {
        return curves_csv(live_encoder_columns(), curves_, num_digits);
    }
    void set_curves(const std::string& csv) override {
        curves_ = parse_curves(live_encoder_columns(), csv);
    }
    models::TrainingSummary summary() const override;
    void save_network(const models::TrainingSummary& summary) const override;

    const std::vector<LiveEncoderValidation>& rows() const { return curves_; }

  private:
    int num_frames() const {
        return static_cast<int>(options_.stretch_s * speech::kFeatureRate_hz);
    }

    const LiveEncoderTrainOptions& options_;
    speech::LiveEncoderParts parts_;
    speech::LiveEncoder average_{nullptr};
    std::vector<SpeechTrack> training_, held_out_;
    std::vector<LiveEncoderValidation> curves_;
};

LiveEncoderTask::LiveEncoderTask(const LiveEncoderTrainOptions& options,
                                 const std::vector<std::vector<float>>& clips,
                                 const std::vector<std::vector<float>>& held_out)
    : options_(options),
      parts_(speech::make_live_encoder(options.encoder)),
      average_(parts_.network->config()) {
    const auto encoder = speech::SpeechEncoder::load(options.encoder);
    const core::Rng root(options.seed);
    core::Rng rng = root.fork(kTrackStream), held_out_rng = root.fork(kHeldOutStream);
    const auto tracks = [&](const std::vector<std::vector<float>>& speech, core::Rng& random) {
        return make_tracks(speech, options.max_gap_s, encoder, parts_, random, options.stop);
    };
    training_ = tracks(clips, rng);
    held_out_ = tracks(held_out, held_out_rng);
    if (training_.empty() || held_out_.empty()) {
        throw Error(ErrorKind::Input,
                    "live speech encoder: expected speech to train on and some held out, found " +
                        std::to_string(training_.size()) + " and " +
                        std::to_string(held_out_.size()) + " tracks");
    }
}

std::vector<double> LiveEncoderTask::add_gradients(TrainingStep& step) {
    const SpeechBatch batch =
        sample_stretches(training_, options_.batch_size, num_frames(), step.rng);
    const auto first_row = static_cast<std::int64_t>(step.rng.below(kPositions));
    const at::Tensor rows = [&] {
        const Bfloat16Scope scope(options_.bf16, at::kCPU);
        return parts_.network->forward(batch.mel, first_row);
    }();
    const Agreement fit = agreement(parts_.features(rows.to(at::kFloat)), batch);
    const at::Tensor loss = fit.error + kCosineWeight * (1.0 - fit.cosine);
    loss.backward();
    return {loss.item<double>()};
}

void LiveEncoderTask::validate(int step, const std::vector<double>& losses) {
    LiveEncoderValidation row;
    row.step = step;
    row.train_loss = losses.at(0);
    core::Rng rng(options_.seed);
    const int num_batches = std::max(
        1, static_cast<int>(options_.held_out_s / (options_.stretch_s * options_.batch_size)));
    for (int i = 0; i < num_batches; ++i) {
        const SpeechBatch batch =
            sample_stretches(held_out_, options_.batch_size, num_frames(), rng);
        const Agreement fit = agreement(parts_.features(average_->forward(batch.mel, 0)), batch);
        row.error += fit.error.item<double>() / num_batches;
        row.cosine += fit.cosine.item<double>() / num_batches;
    }
    curves_.push_back(row);
}

models::TrainingSummary LiveEncoderTask::summary() const {
    double frames = 0;
    for (const SpeechTrack& track : training_) {
        frames += static_cast<double>(track.features.size(0));
    }
    char text[64];
    std::snprintf(text, sizeof text, "%.2f h of speech", frames / speech::kFeatureRate_hz / 3600.0);
    models::TrainingSummary summary;
    summary.data = text;
    if (!curves_.empty()) {
        summary.loss = curves_.back().error;
    }
    return summary;
}

void LiveEncoderTask::save_network(const models::TrainingSummary& summary) const {
    core::SafetensorsWriter writer;
    parts_.add_to(writer, average_);
    models::write_training(writer, summary);
    writer.save(options_.out);
}

}  // namespace

void LiveEncoderTrainOptions::check() const {
    check_shared("live speech encoder");
    if (encoder.empty() || batch_size < 1 || !(stretch_s >= 1.0) || !(max_gap_s >= 0.0) ||
        device != "cpu") {
        throw Error(ErrorKind::Usage,
                    "live speech encoder: expected an encoder to imitate, a batch of at least 1, "
                    "stretches of at least 1 s, gaps of at least 0 s and the device cpu");
    }
}

LiveEncoderTrainResult train_live_encoder(const LiveEncoderTrainOptions& options,
                                          const std::vector<std::vector<float>>& clips,
                                          const std::vector<std::vector<float>>& held_out) {
    options.check();
    LiveEncoderTask task(options, clips, held_out);
    LoopSettings settings;
    settings.training = "live_encoder";
    settings.adam.weight_decay = kWeightDecay;
    TrainingLoop loop(options, settings, task);
    loop.resume();
    const int num_steps = loop.run();
    return {num_steps, task.rows()};
}

}  // namespace vasa::train
