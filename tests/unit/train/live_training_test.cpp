// SPDX-License-Identifier: Apache-2.0
#include "motion/motion_batch.h"
#include "speech/speech_tracks.h"
#include "unit/train/tiny_training.h"

#include "vasa/core/error.h"
#include "vasa/core/rng.h"
#include "vasa/core/safetensors.h"
#include "vasa/speech/speech_encoder.h"
#include "vasa/train/motion_trainer.h"

#include <string>
#include <vector>

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::train;

namespace {

constexpr int kHistory = 5, kWindow = 16, kLeastHeard = 4;

MotionTrainOptions live_options(const TestFolder& folder) {
    auto options = tiny::shard_options<MotionTrainOptions>(folder);
    options.width = 32;
    options.num_layers = 2;
    options.num_heads = 2;
    options.window = kWindow;
    options.history = kHistory;
    options.least_heard = kLeastHeard;
    options.batch_size = 8;
    options.num_validation_windows = 8;
    options.condition_dropout = 0.0;
    return options;
}

}  // namespace

TEST_CASE("Windows of a live training hear at least the frames asked for", "[live_training]") {
    const tiny::Training run;
    tiny::save_shards(run.folder);
    const MotionDataset dataset = MotionDataset::load_folder(run.folder / "");
    const MotionTrainOptions options = live_options(run.folder);
    drive::MotionTransformerConfig config;
    config.window = kWindow;
    config.history = kHistory;
    config.styles = {"natural"};
    MotionBatcher batcher(dataset, dataset.split().first, config, options);
    batcher.set_statistics(batcher.statistics());
    core::Rng rng(3);
    const MotionBatch batch = batcher.training_batch(64, rng);
    const at::Tensor heard = batch.conditions.speech_known.slice(1, kHistory).sum(1);  // [64]
    CHECK(heard.min().item<float>() >= static_cast<float>(kLeastHeard));
    CHECK(heard.min().item<float>() < kLeastHeard + 2.0F);
    CHECK(heard.max().item<float>() > kWindow - 3.0F);
    // Frames that are not heard count less.
    const at::Tensor unheard = 1.0 - batch.conditions.speech_known.slice(1, kHistory);
    CHECK((batch.valid * unheard).max().item<float>() < 0.5F);
}

TEST_CASE("A network of a short window begins with the weights of a longer one",
          "[live_training]") {
    const tiny::Training run;
    MotionTrainOptions first = live_options(run.folder);
    first.window = kWindow + 10;
    first.num_steps = 2;
    train_motion(first);
    MotionTrainOptions second = tiny::named_run(live_options(run.folder), run.folder, "short");
    second.num_steps = 1;
    second.learning_rate = 1e-12;
    second.init = first.out;
    train_motion(second);
    const auto load = [](const std::string& path) {
        return core::SafetensorsFile::load(path, core::ErrorKind::Model);
    };
    const std::vector<float> given = load(first.out).floats("network.position");
    const std::vector<float> begun = load(second.out).floats("network.position");
    REQUIRE(begun.size() == static_cast<std::size_t>((kHistory + kWindow) * 32));
    for (std::size_t i = 0; i < begun.size(); ++i) {
        CHECK(begun[i] == Approx(given[i]).margin(1e-4));
    }
    // A longer window has positions that the other lacks.
    MotionTrainOptions longer = tiny::named_run(first, run.folder, "longer");
    longer.init = second.out;
    CHECK_THROWS_AS(train_motion(longer), core::Error);
}

TEST_CASE("A stretch counts the rows that have their past and future", "[live_training]") {
    SpeechTrack track;
    track.mel = at::zeros({400, 80});
    track.features = at::ones({100, speech::kFeatureWidth}, at::kHalf);
    core::Rng rng(4);
    const SpeechBatch batch = sample_stretches({track}, 8, 50, rng);
    CHECK(batch.mel.sizes() == at::IntArrayRef({8, 80, 200}));
    CHECK(batch.features.sizes() == at::IntArrayRef({8, 50, speech::kFeatureWidth}));
    CHECK(batch.counts.slice(1, 48).max().item<float>() == 0.0F);
    CHECK(batch.counts.slice(1, 20, 40).min().item<float>() == 1.0F);
    CHECK_THROWS_AS(sample_stretches({track}, 1, 101, rng), core::Error);
}
