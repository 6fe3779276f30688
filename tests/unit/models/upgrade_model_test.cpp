// SPDX-License-Identifier: Apache-2.0
#include "vasa/models/upgrade_model.h"

#include "model_file_support.h"
#include "support/test_folder.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/hash.h"
#include "vasa/models/file_marker.h"
#include "vasa/models/network_inputs.h"
#include "vasa/models/training_summary.h"

#include "support/catch.h"

using namespace vasa;
using models::FileKind;
using support::error_of;
using support::file_with;

namespace {

core::SafetensorsFile loaded(const std::string& path) {
    return core::SafetensorsFile::load(path, core::ErrorKind::Model);
}

const std::map<std::string, std::string> kOldMotion = {{"format", "vasa motion network"},
                                                       {"version", "1"},
                                                       {"config", "{}"},
                                                       {"steps", "7500"},
                                                       {"hours", "15.58"},
                                                       {"command", "vasa train motion"}};

}  // namespace

TEST_CASE("a network of version 1 gets marker, inputs and summary, its tensors stay") {
    const TestFolder folder;
    const std::string path = folder / "motion.safetensors";
    core::SafetensorsWriter writer = file_with(kOldMotion);
    writer.add_f16("half", {3}, {1.0F, 2.0F, 3.0F});
    writer.add_u8("bytes", {1, 2}, {7, 9});
    writer.save(path);
    const std::string tensors = models::tensors_sha256(loaded(path));

    const models::UpgradeResult result = models::upgrade_model(path);
    CHECK(result.is_changed);
    CHECK(result.kind == FileKind::MotionNetwork);
    CHECK(result.from_version == 1);
    CHECK(result.to_version == models::kMotionNetworkVersion);
    CHECK(result.tensors_hash == tensors);
    const auto file = loaded(path);
    CHECK(models::tensors_sha256(file) == tensors);
    CHECK(models::check_marker(file, FileKind::MotionNetwork) == models::kMotionNetworkVersion);
    CHECK(models::read_inputs(file).at("motion").size() == 54);
    CHECK(file.metadata("config") == "{}");
    const auto training = models::read_training(file);
    REQUIRE(training);
    CHECK(training->num_steps == 7500);
    CHECK(training->data == "15.58 h of motion");
    CHECK(training->command == "vasa train motion");
    for (const char* gone : {"format", "version", "steps", "hours", "command"}) {
        CHECK(file.metadata().count(gone) == 0);
    }
}

TEST_CASE("a motion network of version 2 gets weights of zero for the tongue") {
    const TestFolder folder;
    const std::string path = folder / "motion.safetensors";
    const auto counted = [](std::size_t size) {
        std::vector<float> values(size);
        for (std::size_t i = 0; i < size; ++i) {
            values[i] = static_cast<float>(i + 1);
        }
        return values;
    };
    core::SafetensorsWriter writer;
    writer.set_metadata("kind", "motion_network");
    writer.set_metadata("format_version", "2");
    models::write_inputs(writer, {{"motion", std::vector<std::string>(52, "value")}});
    writer.add_f32("motion.mean", {52}, counted(52));
    writer.add_f32("motion.scale", {52}, counted(52));
    writer.add_f16("network.motion_in.weight", {2, 52 * 3}, counted(2 * 52 * 3));
    writer.add_f16("network.motion_out.weight", {52, 2}, counted(52 * 2));
    writer.add_f16("network.motion_out.bias", {52}, counted(52));
    writer.add_f16("network.other", {2}, {5.0F, 6.0F});
    writer.save(path);
    CHECK(models::upgrade_model(path).is_changed);
    const auto file = loaded(path);
    const auto inputs = models::read_inputs(file).at("motion");
    REQUIRE(inputs.size() == 54);
    CHECK(inputs[52] == "tongueTip");
    CHECK(inputs[53] == "tongueBlade");
    // Each row of the input's weights is followed by zeros; the outputs get rows of zeros.
    const auto in = file.floats("network.motion_in.weight", {2, 54 * 3});
    const auto old_in = counted(2 * 52 * 3);
    for (std::size_t r = 0; r < 2; ++r) {
        for (std::size_t k = 0; k < 54 * 3; ++k) {
            CHECK(in[r * 54 * 3 + k] == (k < 52 * 3 ? old_in[r * 52 * 3 + k] : 0.0F));
        }
    }
    auto out = counted(52 * 2), values = counted(52);
    out.resize(54 * 2);
    values.resize(54);
    CHECK(file.floats("network.motion_out.weight", {54, 2}) == out);
    CHECK(file.floats("network.motion_out.bias", {54}) == values);
    CHECK(file.floats("motion.mean", {54}) == values);
    CHECK(file.floats("motion.scale", {54})[53] > 0.0F);
    CHECK(file.floats("network.other", {2}) == std::vector<float>{5.0F, 6.0F});
    CHECK_FALSE(models::upgrade_model(path).is_changed);
}

TEST_CASE("a motion network of version 2 with other shapes is refused") {
    const TestFolder folder;
    const std::string path = folder / "motion.safetensors";
    core::SafetensorsWriter writer;
    writer.set_metadata("kind", "motion_network");
    writer.set_metadata("format_version", "2");
    models::write_inputs(writer, {{"motion", std::vector<std::string>(52, "value")}});
    writer.add_f16("network.motion_in.weight", {2, 51}, std::vector<float>(102));
    writer.save(path);
    const std::string before = core::sha256_file(path);
    CHECK_THROWS_AS(models::upgrade_model(path), core::Error);
    CHECK(core::sha256_file(path) == before);
}

TEST_CASE("upgrading again changes nothing, new notes are taken over") {
    const TestFolder folder;
    const std::string path = folder / "motion.safetensors";
    file_with(kOldMotion).save(path);
    models::upgrade_model(path);
    const std::string once = core::sha256_file(path);
    CHECK_FALSE(models::upgrade_model(path).is_changed);
    CHECK(core::sha256_file(path) == once);

    models::ModelNotes notes;
    notes.licence = "Apache-2.0";
    notes.data = "speech";
    notes.command = "vasa train";
    notes.revision = "abc";
    CHECK(models::upgrade_model(path, notes).is_changed);
    CHECK_FALSE(models::upgrade_model(path, notes).is_changed);
    const auto file = loaded(path);
    CHECK(models::read_licence(file) == "Apache-2.0");
    const auto training = models::read_training(file);
    REQUIRE(training);
    CHECK(training->data == "speech");
    CHECK(training->command == "vasa train");
    CHECK(training->revision == "abc");
    CHECK(training->num_steps == 7500);
}

TEST_CASE("an upgraded head model keeps the hash that face codes refer to") {
    const TestFolder folder;
    const std::string path = folder / "head.safetensors";
    core::SafetensorsWriter old =
        file_with({{"architecture", "head_model"},
                   {"format_version", "1"},
                   {"licence", "MIT"},
                   {"conventions", "cm"},
                   {"training", "command: vasa train head-model; revision: r1"}});
    old.add_f32("vertices", {2, 3}, {0, 1, 2, 3, 4, 5});
    old.save(path);
    const std::string hash = core::sha256_file(path);
    models::upgrade_model(path);
    CHECK(models::head_model_hash(loaded(path)) == hash);
    // The tongue of older heads rests.
    CHECK(loaded(path).floats("tongue", {2, 2, 3}) == std::vector<float>(12, 0.0F));
    // Nor does it change with a later upgrade.
    models::ModelNotes notes;
    notes.data = "ICT-FaceKit";
    CHECK(models::upgrade_model(path, notes).is_changed);
    const auto file = loaded(path);
    CHECK(models::head_model_hash(file) == hash);
    CHECK(models::read_licence(file) == models::kHeadModelLicence);
    CHECK(file.metadata("conventions") == "cm");
    CHECK(models::read_training(file)->command == "vasa train head-model");
    CHECK(models::read_training(file)->revision == "r1");
}

TEST_CASE("the hash of a head model follows its tensors, not its metadata") {
    const auto hash = [](const core::SafetensorsWriter& writer) {
        return models::head_model_hash(support::parsed(writer));
    };
    const std::string plain = hash(file_with({}));
    CHECK(plain.size() == 64);
    CHECK(hash(file_with({{"licence", "other"}})) == plain);
    core::SafetensorsWriter more = file_with({});
    more.add_f32("more", {1}, {0.0F});
    CHECK(hash(more) != plain);
    core::SafetensorsWriter bytes, reshaped;
    bytes.add_u8("a", {4}, {1, 2, 3, 4});
    reshaped.add_u8("a", {2, 2}, {1, 2, 3, 4});
    CHECK(hash(bytes) != hash(reshaped));
    for (const char* bad : {"", "x", "ABCDEF"}) {
        CHECK(error_of([&] {
                  hash(file_with({{"content_hash", bad}}));
              }).kind() == core::ErrorKind::Model);
    }
}

TEST_CASE("what is not a model or is newer is refused and left as it is") {
    const TestFolder folder;
    const std::string path = folder / "x.safetensors";
    for (const auto& metadata : std::vector<std::map<std::string, std::string>>{
             {},
             {{"kind", "face_code"}, {"format_version", "1"}},
             {{"kind", "motion_network"}, {"format_version", "99"}},
             {{"kind", "motion_network"}, {"format_version", "none"}}}) {
        file_with(metadata).save(path);
        const std::string before = core::sha256_file(path);
        CHECK(error_of([&] { models::upgrade_model(path); }).kind() != core::ErrorKind::Internal);
        CHECK(core::sha256_file(path) == before);
    }
    CHECK(error_of([&] { models::upgrade_model(folder / "none"); }).kind() ==
          core::ErrorKind::Model);
}
