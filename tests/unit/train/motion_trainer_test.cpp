// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/motion_trainer.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/rng.h"
#include "vasa/drive/diffusion_driver.h"
#include "vasa/motion/motion_space.h"
#include "vasa/train/motion_dataset.h"

#include <cmath>
#include <filesystem>
#include <memory>
#include <string>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::train;

namespace {

namespace fs = std::filesystem;

/// Clips whose jaw follows the first speech feature.
MotionShard spoken_shard(bool is_held_out, std::uint64_t seed) {
    MotionShard shard;
    shard.source = "natural";
    shard.is_held_out = is_held_out;
    core::Rng rng(seed);
    for (int c = 0; c < 3; ++c) {
        constexpr int kFrames = 60;
        ShardClip clip;
        clip.name = "clip" + std::to_string(c);
        clip.motion.assign(kFrames * kShardMotionWidth, 0.0F);
        clip.controls.assign(kFrames * kShardControlWidth, 0.0F);
        std::vector<float> speech(kFrames * kShardSpeechWidth, 0.0F);
        const double phase = rng.uniform(0.0, 6.0);
        for (int i = 0; i < kFrames; ++i) {
            const auto wave = static_cast<float>(std::sin(0.7 * i + phase));
            speech[static_cast<std::size_t>(i * kShardSpeechWidth)] = 3.0F * wave;
            clip.motion[static_cast<std::size_t>(i * kShardMotionWidth + 6) +
                        static_cast<std::size_t>(head::Action::JawOpen)] = 0.3F + 0.2F * wave;
            clip.controls[static_cast<std::size_t>(i * kShardControlWidth + 2)] = 1.0F;
        }
        clip.speech = std::make_shared<const std::vector<float>>(std::move(speech));
        shard.clips.push_back(std::move(clip));
    }
    return shard;
}

struct Folder {
    explicit Folder(const std::string& name) : path(name) {
        fs::remove_all(path);
        fs::create_directory(path);
        save_motion_shard(path + "/train_0.safetensors", spoken_shard(false, 1));
        save_motion_shard(path + "/held_out_0.safetensors", spoken_shard(true, 2));
    }
    ~Folder() { fs::remove_all(path); }
    std::string path;
};

MotionTrainOptions tiny_options(const Folder& folder, const std::string& run) {
    MotionTrainOptions options;
    options.shards = folder.path;
    options.head_model = std::string(VASA_SOURCE_DIR) + "/models/head_model.safetensors";
    options.out = folder.path + "/" + run + ".safetensors";
    options.checkpoint = folder.path + "/" + run + "_checkpoint.safetensors";
    options.curves = folder.path + "/" + run + ".csv";
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

std::string bytes_of(const std::string& path) {
    const auto bytes = core::read_file(path, 1 << 26);
    return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("The network learns a jaw that follows the speech", "[motion_trainer]") {
    const Folder folder("motion_trainer_learns");
    MotionTrainOptions options = tiny_options(folder, "run");
    options.num_steps = 300;
    options.validate_every = 150;
    const MotionTrainResult result = train_motion(options);
    REQUIRE(result.curves.size() == 2);
    CHECK(result.curves.back().lip_error_cm < 0.25);

    const auto driver = drive::DiffusionDriver::load(options.out);
    std::vector<float> speech(40 * kShardSpeechWidth, 0.0F);
    for (int i = 0; i < 40; ++i) {
        speech[static_cast<std::size_t>(i * kShardSpeechWidth)] =
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

TEST_CASE("An interrupted training ends with the same weights", "[motion_trainer]") {
    const Folder folder("motion_trainer_resumes");
    MotionTrainOptions whole = tiny_options(folder, "whole");
    whole.num_steps = 12;
    whole.validate_every = 4;
    train_motion(whole);

    MotionTrainOptions halves = tiny_options(folder, "halves");
    halves.num_steps = 12;
    halves.validate_every = 4;
    core::StopToken stop;
    halves.stop = stop;
    halves.progress = [&](int step, int) {
        if (step == 7) {
            stop.request_stop(2);
        }
    };
    CHECK_THROWS_AS(train_motion(halves), core::Error);
    halves.stop = core::StopToken();
    halves.progress = nullptr;
    train_motion(halves);
    CHECK(bytes_of(whole.out) == bytes_of(halves.out));
    CHECK(bytes_of(whole.curves) == bytes_of(halves.curves));
}

TEST_CASE("A checkpoint of other sizes is refused", "[motion_trainer]") {
    const Folder folder("motion_trainer_refuses");
    MotionTrainOptions options = tiny_options(folder, "run");
    options.num_steps = 1;
    train_motion(options);
    options.width = 64;
    CHECK_THROWS_AS(train_motion(options), core::Error);
    options.checkpoint = folder.path + "/other.safetensors";
    options.shards = folder.path + "/nowhere";
    CHECK_THROWS_AS(train_motion(options), core::Error);
}
