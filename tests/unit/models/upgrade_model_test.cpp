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
    CHECK(models::read_inputs(file).at("motion").size() == 52);
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
    file_with({{"architecture", "head_model"},
               {"format_version", "1"},
               {"licence", "MIT"},
               {"conventions", "cm"},
               {"training", "command: vasa train head-model; revision: r1"}})
        .save(path);
    const std::string hash = core::sha256_file(path);
    models::upgrade_model(path);
    CHECK(models::head_model_hash(loaded(path)) == hash);
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
