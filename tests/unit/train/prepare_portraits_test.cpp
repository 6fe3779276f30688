// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/prepare_portraits.h"

#include "support/synthetic_face.h"
#include "support/test_folder.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/rng.h"
#include "vasa/decode/geometry_renderer.h"
#include "vasa/media/image_file.h"
#include "vasa/pairs/decoder_pairs.h"

#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::train;

namespace {

PreparePortraitsOptions options_in(const TestFolder& folder) {
    PreparePortraitsOptions options;
    options.portraits = folder / "portraits";
    options.out = folder / "pairs";
    options.model_dir = support::model_dir();
    std::filesystem::create_directory(options.portraits);
    return options;
}

std::string bytes_of(const std::string& path) {
    const auto bytes = core::read_file(path, 1 << 28);
    return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("a pair has patches of the mouth, both eyes and skin", "[prepare_portraits]") {
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 11);
    decode::GeometryRenderer renderer(model, code);
    core::Rng rng(4), same(4);
    const auto patches = pairs::make_decoder_patches(model, code, renderer, rng);
    REQUIRE(patches.size() == 4);
    CHECK(patches[0].kind == pairs::PatchKind::Mouth);
    CHECK(patches[1].kind == pairs::PatchKind::Eye);
    CHECK(patches[2].kind == pairs::PatchKind::Eye);
    CHECK(patches[3].kind == pairs::PatchKind::Skin);
    for (const pairs::DecoderPatch& patch : patches) {
        CHECK(patch.records.size() == pairs::kStoredPatch_px * pairs::kStoredPatch_px);
        CHECK(patch.target.size() == patch.records.size());
    }
    const auto again = pairs::make_decoder_patches(model, code, renderer, same);
    CHECK(again[0].records[9000].rgb == patches[0].records[9000].rgb);
    CHECK(again[3].target == patches[3].target);
}

TEST_CASE("folders without portraits and bad options are errors", "[prepare_portraits]") {
    const TestFolder folder;
    PreparePortraitsOptions options = options_in(folder);
    CHECK_THROWS_AS(prepare_portraits(options, {}, {}), core::Error);
    options.num_rounds = 0;
    CHECK_THROWS_AS(prepare_portraits(options, {}, {}), core::Error);
    options.num_rounds = 1;
    options.source = "a/b";
    CHECK_THROWS_AS(prepare_portraits(options, {}, {}), core::Error);
}

TEST_CASE("pictures without a face are counted, not fatal", "[prepare_portraits]") {
    const TestFolder folder;
    const PreparePortraitsOptions options = options_in(folder);
    media::save_png(options.portraits + "/grey.png", core::ImageU8(200, 200, 3, 120), false);
    core::write_file_atomic(options.portraits + "/broken.jpg", "no picture", false);
    const PreparePortraitsReport report = prepare_portraits(options, {}, {});
    CHECK(report.num_files == 0);
    CHECK(report.dropped.at("no usable face") == 2);
}

TEST_CASE("a portrait gives a file, the same one each time", "[prepare_portraits][data]") {
    const char* data = std::getenv("VASA_DATA_DIR");
    if (data == nullptr) {
        WARN("SKIPPED: VASA_DATA_DIR not set");
        return;
    }
    const TestFolder folder;
    PreparePortraitsOptions options = options_in(folder);
    std::filesystem::copy(std::string(data) + "/portraits/gov_0034.jpg",
                          options.portraits + "/gov_0034.jpg");
    options.held_out = support::model_dir() + "/held_back_portraits.txt";
    const PreparePortraitsReport report = prepare_portraits(options, {}, {});
    CHECK(report.num_files == 1);
    CHECK(report.num_held_out == 1);
    CHECK(report.num_pairs >= 1);
    const std::string path = options.out + "/held_out_portraits_00_00000.safetensors";
    const std::string first = bytes_of(path);
    CHECK(prepare_portraits(options, {}, {}).num_pairs == 0);  // it already exists
    std::filesystem::remove(path);
    prepare_portraits(options, {}, {});
    CHECK(bytes_of(path) == first);
}
