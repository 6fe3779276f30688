// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/decoder_trainer.h"

#include "support/test_folder.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/rng.h"
#include "vasa/pairs/decoder_pairs.h"

#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::train;

namespace {

/// Grey patches with a dark hole in the middle, which is white in truth.
std::vector<pairs::DecoderPatch> holes(std::uint64_t seed) {
    core::Rng rng(seed);
    std::vector<pairs::DecoderPatch> patches;
    for (const pairs::PatchKind kind :
         {pairs::PatchKind::Mouth, pairs::PatchKind::Eye, pairs::PatchKind::Skin}) {
        pairs::DecoderPatch patch;
        patch.kind = kind;
        for (int i = 0; i < pairs::kStoredPatch_px * pairs::kStoredPatch_px; ++i) {
            const int x = i % pairs::kStoredPatch_px, y = i / pairs::kStoredPatch_px;
            const bool is_hole = x > 50 && x < 100 && y > 50 && y < 100;
            const auto grey = static_cast<std::uint8_t>(100 + rng.below(20));
            decode::PixelRecord record;
            record.rgb = {grey, grey, grey};
            record.visibility = is_hole ? 0 : 255;
            record.part = is_hole ? 5 : 1;
            patch.records.push_back(record);
            patch.target.push_back(is_hole ? std::array<std::uint8_t, 3>{230, 230, 230}
                                           : record.rgb);
        }
        patches.push_back(std::move(patch));
    }
    return patches;
}

DecoderTrainOptions tiny_options(const TestFolder& folder, const std::string& run) {
    pairs::save_patches(folder / "train_00_00000.safetensors", holes(1));
    pairs::save_patches(folder / "held_out_00_00001.safetensors", holes(2));
    DecoderTrainOptions options;
    options.pairs = folder / "";
    options.out = folder / (run + "_out");
    options.checkpoint = folder / (run + "_checkpoint");
    options.network.channels = {4, 6};
    options.batch_size = 4;
    options.warmup_steps = 2;
    options.learning_rate = 3e-3;
    options.num_steps = 24;
    options.validate_every = 12;
    options.ema_decay = 0.8;
    options.discriminator_start = 0.2;
    options.adversarial_start = 0.4;
    options.steadiness_weight = 0.5;
    return options;
}

std::string bytes_of(const std::string& path) {
    const auto bytes = core::read_file(path, 1 << 26);
    return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("patches come back from their file, damaged ones are refused", "[decoder_trainer]") {
    const TestFolder folder;
    const std::string path = folder / "train_0.safetensors";
    const auto patches = holes(3);
    pairs::save_patches(path, patches);
    const auto again = pairs::load_patches(path);
    REQUIRE(again.size() == patches.size());
    CHECK(again[1].kind == pairs::PatchKind::Eye);
    CHECK(again[2].target == patches[2].target);
    CHECK(again[0].records[7000].rgb == patches[0].records[7000].rgb);
    std::string bytes = bytes_of(path);
    bytes.resize(bytes.size() / 2);
    core::write_file_atomic(path, bytes, true);
    CHECK_THROWS_AS(pairs::load_patches(path), core::Error);
}

TEST_CASE("the network learns to fill a hole", "[decoder_trainer]") {
    const TestFolder folder;
    DecoderTrainOptions options = tiny_options(folder, "a");
    options.num_steps = 120;
    options.validate_every = 60;
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
    const TestFolder folder;
    const DecoderTrainOptions whole = tiny_options(folder, "whole");
    train_decoder(whole);
    DecoderTrainOptions parts = tiny_options(folder, "parts");
    core::StopToken stop;
    parts.stop = stop;
    parts.progress = [&](int step, int) {
        if (step == 15) {
            stop.request_stop(2);
        }
    };
    CHECK_THROWS_AS(train_decoder(parts), core::Error);
    parts.stop = core::StopToken();
    parts.progress = nullptr;
    const DecoderTrainResult result = train_decoder(parts);
    CHECK(result.num_steps == 24);
    CHECK(result.curves.size() == 2);
    CHECK(bytes_of(whole.out) == bytes_of(parts.out));
}

TEST_CASE("bad decoder training options and folders are errors", "[decoder_trainer]") {
    const TestFolder folder;
    DecoderTrainOptions options = tiny_options(folder, "a");
    options.batch_size = 2;
    CHECK_THROWS_AS(train_decoder(options), core::Error);
    options = tiny_options(folder, "a");
    options.pairs = folder / "nothing";
    CHECK_THROWS_AS(train_decoder(options), core::Error);
}
