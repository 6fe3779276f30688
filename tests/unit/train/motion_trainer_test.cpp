// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/motion_trainer.h"

#include "unit/train/tiny_training.h"

#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/core/safetensors.h"
#include "vasa/drive/diffusion_driver.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::train;

namespace {

MotionTrainOptions tiny_options(const TestFolder& folder) {
    auto options = tiny::shard_options<MotionTrainOptions>(folder);
    options.width = 32;
    options.num_layers = 2;
    options.num_heads = 2;
    options.window = 20;
    options.history = 5;
    options.batch_size = 8;
    options.num_validation_windows = 8;
    options.warmup_steps = 10;
    options.learning_rate = 3e-3;
    options.ema_decay = 0.98;
    return options;
}

}  // namespace

TEST_CASE("The network learns a jaw that follows the speech", "[motion_trainer]") {
    const tiny::Training run;
    MotionTrainOptions options = tiny_options(run.folder);
    options.num_steps = 300;
    options.validate_every = 150;
    const MotionTrainResult result = train_motion(options);
    REQUIRE(result.curves.size() == 2);
    CHECK(result.curves.back().lip_error_cm < 0.25);

    const auto driver = drive::DiffusionDriver::load(options.out);
    std::vector<float> speech(40 * kShardSpeechWidth, 0.0F);
    for (int i = 0; i < 40; ++i) {
        speech[static_cast<std::size_t>(i) * kShardSpeechWidth] =
            3.0F * static_cast<float>(std::sin(0.7 * i + 1.0));
    }
    const motion::MotionClip clip =
        driver.drive(speech, 40, motion::Controls(), drive::DiffusionDriverOptions());
    double product = 0, jaw_square = 0, wave_square = 0;
    for (int i = 0; i < 40; ++i) {
        const double jaw =
            clip.frames[static_cast<std::size_t>(i)].actions[head::Action::JawOpen] - 0.3;
        const double wave = std::sin(0.7 * i + 1.0);
        product += jaw * wave;
        jaw_square += jaw * jaw;
        wave_square += wave * wave;
    }
    CHECK(product / std::sqrt(jaw_square * wave_square) > 0.8);
}

TEST_CASE("A motion training goes on exactly where it was", "[motion_trainer]") {
    const tiny::Training run;
    tiny::check_exact_resume(tiny_options(run.folder), run.folder, train_motion);
}

TEST_CASE("A motion network's initial weights may be the file that the training writes",
          "[motion_trainer]") {
    const tiny::Training run;
    tiny::check_init_may_be_out(tiny_options(run.folder), run.folder, train_motion);
}

TEST_CASE("A resumed motion training keeps its statistics when shards are added",
          "[motion_trainer]") {
    const tiny::Training run;
    MotionTrainOptions options = tiny_options(run.folder);
    options.num_steps = 6;
    tiny::stop_after(options, 3, train_motion);
    const auto statistics = [&] {
        const auto file = core::SafetensorsFile::load(options.checkpoint, core::ErrorKind::Input);
        return std::make_pair(file.floats("motion.mean"), file.floats("motion.scale"));
    };
    const auto before = statistics();
    save_motion_shard(run.folder / "train_1.safetensors", tiny::spoken_shard(false, 3));
    CHECK(train_motion(options).num_steps == 6);
    CHECK(statistics() == before);
    // They would be others with the new shard.
    MotionTrainOptions fresh = tiny::named_run(options, run.folder, "fresh");
    fresh.num_steps = 1;
    train_motion(fresh);
    options.checkpoint = fresh.checkpoint;
    CHECK(statistics() != before);
}

TEST_CASE("A finished training writes its weights again", "[motion_trainer]") {
    const tiny::Training run;
    MotionTrainOptions options = tiny_options(run.folder);
    options.num_steps = 1;
    train_motion(options);
    const std::string weights = core::sha256_file(options.out);
    options.out = run.folder / "again.safetensors";
    CHECK(train_motion(options).num_steps == 1);
    CHECK(core::sha256_file(options.out) == weights);
}

TEST_CASE("A motion training starts from given weights and their normalisation",
          "[motion_trainer]") {
    const tiny::Training run;
    MotionTrainOptions first = tiny_options(run.folder);
    first.num_steps = 4;
    train_motion(first);
    MotionTrainOptions second = tiny::named_run(first, run.folder, "second");
    second.num_steps = 1;
    second.seed = 99;
    second.learning_rate = 1e-12;
    second.ema_decay = 0.0;
    second.init = first.out;
    train_motion(second);
    const auto load = [](const std::string& path) {
        return core::SafetensorsFile::load(path, core::ErrorKind::Model);
    };
    const auto trained = load(first.out), started = load(second.out);
    for (const char* name : {"network.motion_out.weight", "network.style", "motion.mean"}) {
        const auto a = trained.floats(name), b = started.floats(name);
        REQUIRE(a.size() == b.size());
        for (std::size_t i = 0; i < a.size(); ++i) {
            CHECK(a[i] == Approx(b[i]).margin(1e-4));
        }
    }
    second.checkpoint = run.folder / "wide.checkpoint";
    second.width = 64;
    CHECK_THROWS_AS(train_motion(second), core::Error);
}

TEST_CASE("A checkpoint of other sizes is refused", "[motion_trainer]") {
    const tiny::Training run;
    MotionTrainOptions options = tiny_options(run.folder);
    options.num_steps = 1;
    train_motion(options);
    const std::string before = core::sha256_file(options.checkpoint);
    options.width = 64;
    CHECK_THROWS_WITH(train_motion(options),
                      Catch::Contains("expected a network of configuration") &&
                          Catch::Contains("\"width\":64") && Catch::Contains("\"width\":32"));
    CHECK(core::sha256_file(options.checkpoint) == before);
    options.checkpoint = run.folder / "other.checkpoint";
    options.shards = run.folder / "nowhere";
    CHECK_THROWS_AS(train_motion(options), core::Error);
}
