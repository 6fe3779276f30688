// SPDX-License-Identifier: Apache-2.0
// Output of `vasa info` on models, and `vasa models upgrade`.
#include "program.h"

#include "vasa/models/model_description.h"
#include "vasa/models/model_files.h"

#include <filesystem>

#include <nlohmann/json.hpp>

#include "support/catch.h"

using namespace vasa;
using test::run_vasa;

TEST_CASE("info lists each model with kind, version, licence and training") {
    const test::RunResult run = run_vasa({"info", "--json", "--models", VASA_MODEL_DIR});
    REQUIRE(run.exit_code == 0);
    const nlohmann::json models = nlohmann::json::parse(run.out).at("models");
    for (const models::FileFormat& format : models::file_formats()) {
        bool is_listed = !format.is_model;
        for (const auto& model : models) {
            if (model.value("kind", "") == format.name) {
                is_listed = true;
                CHECK(model.at("version") == format.version());
                CHECK(model.contains("licence"));
                CHECK(model.at("training").contains("command"));
            }
        }
        INFO(format.name);
        CHECK(is_listed);
    }
    CHECK_FALSE(models.at("vision/attention_base.onnx").contains("kind"));
}

TEST_CASE("models are upgraded in place, other files are refused") {
    const test::TemporaryFolder folder;
    const std::string path = folder.path("expert.safetensors");
    std::filesystem::copy(std::string(VASA_MODEL_DIR) + "/" + models::kSyncExpertFile, path);
    const std::string before = test::read_text(path);
    test::RunResult run = run_vasa({"models", "upgrade", path, "--json"});
    REQUIRE(run.exit_code == 0);
    const nlohmann::json same = nlohmann::json::parse(run.out).at("models").at(0);
    CHECK(same.at("kind") == "sync_expert");
    CHECK(same.at("changed") == false);
    CHECK(test::read_text(path) == before);

    run = run_vasa({"models", "upgrade", path, "--licence", "CC0-1.0", "--json"});
    REQUIRE(run.exit_code == 0);
    const nlohmann::json changed = nlohmann::json::parse(run.out).at("models").at(0);
    CHECK(changed.at("changed") == true);
    CHECK(changed.at("tensors_sha256") == same.at("tensors_sha256"));
    CHECK(models::describe_model(path)->licence == "CC0-1.0");

    const std::string text = folder.path("notes.safetensors");
    test::write_text(text, "not a model");
    run = run_vasa({"models", "upgrade", text});
    CHECK(run.exit_code == 4);
    CHECK_THAT(run.err, Catch::Contains("notes.safetensors"));
    CHECK(run_vasa({"models", "upgrade"}).exit_code == 2);
    CHECK(run_vasa({"models"}).exit_code == 2);
}
