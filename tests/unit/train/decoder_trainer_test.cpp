// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/decoder_trainer.h"

#include "unit/train/tiny_training.h"

#include "vasa/core/hash.h"
#include "vasa/core/safetensors.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::train;

namespace {

DecoderTrainOptions tiny_options(const TestFolder& folder) {
    pairs::save_patches(folder / "train_00_00000.safetensors", tiny::holes(1));
    pairs::save_patches(folder / "held_out_00_00001.safetensors", tiny::holes(2));
    DecoderTrainOptions options;
    options.pairs = folder / "";
    options.network.channels = {4, 6};
    options.batch_size = 4;
    options.warmup_steps = 2;
    options.learning_rate = 3e-3;
    options.ema_decay = 0.8;
    options.discriminator_start = 0.2;
    options.adversarial_start = 0.4;
    options.steadiness_weight = 0.5;
    return tiny::named_run(options, folder, "run");
}

/// A discriminator's weights in a checkpoint.
std::vector<float> discriminator_weights(const std::string& checkpoint) {
    return core::SafetensorsFile::load(checkpoint, core::ErrorKind::Input)
        .floats("discriminator0.network.second.weight");
}

}  // namespace

TEST_CASE("patches come back from their file, damaged ones are refused", "[decoder_trainer]") {
    const TestFolder folder;
    const std::string path = folder / "train_0.safetensors";
    const auto patches = tiny::holes(3);
    pairs::save_patches(path, patches);
    const auto again = pairs::load_patches(path);
    REQUIRE(again.size() == patches.size());
    CHECK(again[1].kind == pairs::PatchKind::Eye);
    CHECK(again[2].target == patches[2].target);
    CHECK(again[0].records[7000].rgb == patches[0].records[7000].rgb);
    std::string bytes = tiny::bytes_of(path);
    bytes.resize(bytes.size() / 2);
    core::write_file_atomic(path, bytes, true);
    CHECK_THROWS_AS(pairs::load_patches(path), core::Error);
}

TEST_CASE("the network learns to fill a hole", "[decoder_trainer]") {
    const tiny::Training run;
    DecoderTrainOptions options = tiny_options(run.folder);
    options.num_steps = 40;
    options.validate_every = 20;
    options.learning_rate = 1e-2;
    options.steadiness_weight = 0.0;
    options.adversarial_start = options.discriminator_start = 1.0;
    core::ImageU8 sheet;
    options.validated = [&](const auto&, const core::ImageU8& samples) { sheet = samples; };
    const DecoderTrainResult result = train_decoder(options);
    REQUIRE(result.curves.size() == 2);
    const LostErrors& mouth = result.curves.back().mouth;
    CHECK(mouth.colour_geometry == Approx(120.0).margin(4.0));
    CHECK(mouth.colour_network < 0.5 * mouth.colour_geometry);
    CHECK(sheet.width > 0);
}

TEST_CASE("a decoder training goes on exactly where it was", "[decoder_trainer]") {
    const tiny::Training run;
    tiny::check_exact_resume(tiny_options(run.folder), run.folder, train_decoder);
}

TEST_CASE("discriminators that start late make their first update as the first",
          "[decoder_trainer]") {
    const tiny::Training run;
    DecoderTrainOptions options = tiny_options(run.folder);
    options.num_steps = 12;
    options.warmup_steps = 0;
    options.discriminator_start = options.adversarial_start = 0.5;
    const DecoderTrainOptions before = tiny::named_run(options, run.folder, "before");
    const DecoderTrainOptions after = tiny::named_run(options, run.folder, "after");
    tiny::stop_after(before, 6, train_decoder);
    tiny::stop_after(after, 7, train_decoder);
    const std::vector<float> start = discriminator_weights(before.checkpoint);
    const std::vector<float> first = discriminator_weights(after.checkpoint);
    REQUIRE(start.size() == first.size());
    double change = 0;
    for (std::size_t i = 0; i < start.size(); ++i) {
        change = std::max(change, std::abs(static_cast<double>(first[i]) - start[i]));
    }
    // Adam's first update is the learning rate (the cosine's middle) times the gradient's sign.
    CHECK(change == Approx(options.learning_rate * 0.55).epsilon(0.01));
}

TEST_CASE("a decoder training refuses the checkpoint of another network", "[decoder_trainer]") {
    const tiny::Training run;
    DecoderTrainOptions options = tiny_options(run.folder);
    options.num_steps = 1;
    train_decoder(options);
    const std::string before = core::sha256_file(options.checkpoint);
    options.network.channels = {4, 8};
    CHECK_THROWS_WITH(train_decoder(options),
                      Catch::Contains("expected a network of configuration") &&
                          Catch::Contains("[4,8]") && Catch::Contains("[4,6]"));
    CHECK(core::sha256_file(options.checkpoint) == before);
}

TEST_CASE("a decoder's initial weights may be the file that the training writes",
          "[decoder_trainer]") {
    const tiny::Training run;
    tiny::check_init_may_be_out(tiny_options(run.folder), run.folder, train_decoder);
}

TEST_CASE("bad decoder training options and folders are errors", "[decoder_trainer]") {
    const tiny::Training run;
    DecoderTrainOptions options = tiny_options(run.folder);
    options.batch_size = 2;
    CHECK_THROWS_AS(train_decoder(options), core::Error);
    options = tiny_options(run.folder);
    options.pairs = run.folder / "nothing";
    CHECK_THROWS_AS(train_decoder(options), core::Error);
}
