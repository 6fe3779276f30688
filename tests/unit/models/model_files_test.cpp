// SPDX-License-Identifier: Apache-2.0
#include "vasa/models/model_files.h"

#include "model_file_support.h"
#include "support/test_folder.h"

#include "vasa/core/atomic_file.h"
#include "vasa/models/model_description.h"

#include <filesystem>

#include "support/catch.h"

using namespace vasa;

TEST_CASE("the models of a folder and below are listed by name") {
    const TestFolder folder;
    std::filesystem::create_directory(folder / "vision");
    for (const char* name : {"b.safetensors", "vision/a.onnx", "notes.txt"}) {
        core::write_file_atomic(folder / name, "abc", false);
    }
    const auto models = models::list_models(folder / "");
    REQUIRE(models.size() == 2);
    CHECK(models[0].name == "b.safetensors");
    CHECK(models[0].num_bytes == 3);
    CHECK(models[0].sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(models[1].name == "vision/a.onnx");
    CHECK(support::error_of([&] { models::list_models(folder / "none"); }).kind() ==
          core::ErrorKind::Model);
}

TEST_CASE("a model is described by its marker, licence and training") {
    const TestFolder folder;
    core::SafetensorsWriter writer = support::file_with({});
    models::write_marker(writer, models::FileKind::SyncExpert);
    models::write_licence(writer, "Apache-2.0");
    models::TrainingSummary training;
    training.num_steps = 5;
    models::write_training(writer, training);
    writer.save(folder / "expert.safetensors");
    const auto described = models::describe_model(folder / "expert.safetensors");
    REQUIRE(described);
    CHECK(described->marker.kind == models::FileKind::SyncExpert);
    CHECK(described->marker.version == models::kSyncExpertVersion);
    CHECK(described->licence == "Apache-2.0");
    REQUIRE(described->training);
    CHECK(described->training->num_steps == 5);

    CHECK_FALSE(models::describe_model("network.onnx"));
    support::file_with({}).save(folder / "other.safetensors");
    CHECK_FALSE(models::describe_model(folder / "other.safetensors"));
    // Written before training was JSON.
    support::file_with({{"architecture", "head_model"},
                        {"format_version", "1"},
                        {"training", "command: a; revision: b"}})
        .save(folder / "old.safetensors");
    const auto old = models::describe_model(folder / "old.safetensors");
    REQUIRE(old);
    CHECK(old->marker.version == 1);
    CHECK_FALSE(old->training);
}

TEST_CASE("every model that comes with the program says what it is, its licence and its training") {
    const std::string folder = std::string(VASA_SOURCE_DIR) + "/models/";
    const std::map<std::string, models::FileKind> kinds = {
        {models::kHeadModelFile, models::FileKind::HeadModel},
        {models::kSpeechEncoderFile, models::FileKind::SpeechEncoder},
        {models::kMotionFile, models::FileKind::MotionNetwork},
        {models::kSyncExpertFile, models::FileKind::SyncExpert},
        {models::kHeadExpertFile, models::FileKind::HeadExpert},
        {models::kClipDetectorFile, models::FileKind::ClipDetector},
        {models::kSkinFoldsFile, models::FileKind::SkinFolds},
        {models::frame_decoder_file("fast"), models::FileKind::FrameDecoder},
        {models::frame_decoder_file("full"), models::FileKind::FrameDecoder}};
    for (const auto& [name, kind] : kinds) {
        INFO(name);
        const auto model = models::describe_model(folder + name);
        REQUIRE(model);
        CHECK(model->marker.kind == kind);
        CHECK(model->marker.version == models::file_format(kind).version());
        CHECK_FALSE(model->licence.empty());
        REQUIRE(model->training);
        CHECK_FALSE(model->training->data.empty());
        CHECK(model->training->command.rfind("vasa ", 0) == 0);
    }
}
