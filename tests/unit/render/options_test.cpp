// SPDX-License-Identifier: Apache-2.0
#include "provenance.h"
#include "support/test_folder.h"

#include "vasa/core/error.h"
#include "vasa/models/model_files.h"
#include "vasa/render/render.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>

#include <nlohmann/json.hpp>

#include "support/catch.h"

using namespace vasa;

namespace {

render::RenderOptions good_options() {
    render::RenderOptions options;
    options.image = "face.png";
    options.audio = "speech.wav";
    options.out = "clip.mp4";
    options.model_dir = "models";
    return options;
}

std::optional<core::ErrorKind> kind_after(
    const std::function<void(render::RenderOptions&)>& change) {
    render::RenderOptions options = good_options();
    change(options);
    try {
        options.check();
    } catch (const core::Error& error) {
        return error.kind();
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("options out of range are usage errors") {
    using Options = render::RenderOptions;
    CHECK(kind_after([](Options&) {}) == std::nullopt);
    CHECK(kind_after([](Options& o) { o.out = "CLIP.MP4"; }) == std::nullopt);
    CHECK(kind_after([](Options& o) { o.out = "frames/%d.PNG"; }) == std::nullopt);
    const std::vector<std::function<void(Options&)>> changes = {
        [](Options& o) { o.image.clear(); },
        [](Options& o) { o.face = "face.safetensors"; },
        [](Options& o) { o.audio.clear(); },
        [](Options& o) { o.out.clear(); },
        [](Options& o) { o.out = "clip.avi"; },
        [](Options& o) { o.out = "clip"; },
        [](Options& o) { o.out = "frames/%s.png"; },
        [](Options& o) { o.model_dir.clear(); },
        [](Options& o) { o.face_index = -1; },
        [](Options& o) { o.crf = 52; },
        [](Options& o) { o.crf = -1; },
        [](Options& o) { o.motion_scale = -0.1F; },
        [](Options& o) { o.motion_scale = std::nanf(""); },
        [](Options& o) { o.drive.steps = 0; },
        [](Options& o) { o.keep_expression = 1.1F; },
        [](Options& o) { o.keep_expression = std::nanf(""); },
        [](Options& o) { o.pose_from = o.dynamics_from = o.motion = "motion.csv"; },
        [](Options& o) { o.threads = -1; },
        [](Options& o) { o.threads = 100000; },
        [](Options& o) { o.no_marks = true; },
        [](Options& o) { o.no_marks = o.i_understand = o.label = true; },
        [](Options& o) { o.no_marks = o.i_understand = true, o.timestamp_url = "http://a"; },
        [](Options& o) { o.no_marks = o.i_understand = true, o.watermark_key = "key.txt"; },
        [](Options& o) { o.sign_cert = "chain.pem"; },
        [](Options& o) { o.sign_key = "key.pem"; },
        [](Options& o) { o.timestamp_url = "ftp://time"; },
    };
    for (std::size_t i = 0; i < changes.size(); ++i) {
        INFO("change " << i);
        CHECK(kind_after(changes[i]) == core::ErrorKind::Usage);
    }
    CHECK(kind_after([](Options& o) { o.no_marks = o.i_understand = true; }) == std::nullopt);
    CHECK(kind_after([](Options& o) {
              o.sign_cert = "chain.pem", o.sign_key = "key.pem", o.timestamp_url = "https://a";
          }) == std::nullopt);
    CHECK(kind_after([](Options& o) {
              o.audio.clear();
              o.motion = "motion.csv";
              o.out = "frames/%05d.png";
          }) == std::nullopt);
}

TEST_CASE("tags tell how a clip was made, without paths") {
    render::RenderOptions options = good_options();
    options.image = "/home/somebody/face.png";
    options.drive.controls.set("amplitude", motion::ControlCurve(0.8F));
    options.precision = decode::Precision::Fp32;
    render::RenderResult result;
    result.driver = "rules";
    result.seed = 42;
    result.models = {{"head_model.safetensors", 1, std::string(64, 'a')},
                     {"vision/x.onnx", 1, std::string(64, 'b')}};
    result.portrait_sha256 = std::string(64, '1');
    result.speech_sha256 = std::string(64, '2');
    result.job_sha256 = render::job_hash(options, result);
    auto tags = render::provenance_tags(options, 2, result);
    CHECK(tags["com.vasa.job"] == result.job_sha256);
    CHECK(tags["com.vasa.version"] == render::version());
    CHECK(tags["com.vasa.seed"] == "42");
    CHECK(tags["com.vasa.driver"] == "rules");
    CHECK(tags["com.vasa.models"] ==
          "head_model.safetensors:aaaaaaaaaaaaaaaa,vision/x.onnx:bbbbbbbbbbbbbbbb");
    CHECK(tags["com.vasa.source"] ==
          "portrait=" + std::string(64, '1') + " speech=" + std::string(64, '2'));
    CHECK_THAT(tags["com.iptc.digitalsourcetype"], Catch::EndsWith("trainedAlgorithmicMedia"));
    CHECK_THAT(tags["comment"], Catch::Contains("generated"));
    const nlohmann::json settings = nlohmann::json::parse(tags["com.vasa.settings"]);
    CHECK(settings["amplitude"] == 0.8);
    CHECK(settings["fps"] == "25");
    CHECK(settings["threads"] == 2);
    // The requested values; the values used are in tags of their own.
    CHECK(settings["decoder"] == "auto");
    CHECK(settings["precision"] == "fp32");
    CHECK(settings["device"] == "auto");
    // Options without effect on this clip are not recorded.
    CHECK_FALSE(settings.contains("motion_scale"));
    CHECK(settings["keep_expression"] == Approx(0.15));
    options.motion = "nod.csv";
    options.drive.controls.set("amplitude", motion::ControlCurve({{0.0, 1.0F}, {1.0, 2.0F}}));
    const nlohmann::json played =
        nlohmann::json::parse(render::provenance_tags(options, 2, result).at("com.vasa.settings"));
    CHECK(played["motion_scale"] == 1.0);
    CHECK(played["loop"] == false);
    CHECK_FALSE(played.contains("amplitude"));
    CHECK_FALSE(played.contains("keep_expression"));
    for (const auto& [key, value] : tags) {
        CHECK_THAT(value, !Catch::Contains("somebody"));
    }
}

TEST_CASE("the job's hash changes with everything that the manifest tells about the render") {
    const render::RenderOptions options = good_options();
    render::RenderResult result;
    result.driver = "rules";
    result.models = {{"a.safetensors", 1, std::string(64, 'a')}};
    result.portrait_sha256 = std::string(64, '1');
    const std::string hash = render::job_hash(options, result);
    CHECK(render::job_hash(options, result) == hash);
    const auto changed =
        [&](const std::function<void(render::RenderOptions&, render::RenderResult&)>& change) {
            render::RenderOptions other_options = options;
            render::RenderResult other_result = result;
            change(other_options, other_result);
            return render::job_hash(other_options, other_result);
        };
    CHECK(changed([](auto& o, auto&) { o.crf = 30; }) != hash);
    CHECK(changed([](auto&, auto& r) { r.seed = 1; }) != hash);
    CHECK(changed([](auto&, auto& r) { r.decoder = "full"; }) != hash);
    CHECK(changed([](auto&, auto& r) { r.models[0].sha256[63] = 'b'; }) != hash);
    CHECK(changed([](auto&, auto& r) { r.speech_sha256 = std::string(64, '2'); }) != hash);
    // Names of files are not told.
    CHECK(changed([](auto& o, auto&) { o.image = "other.png", o.out = "other.mp4"; }) == hash);
    result.job_sha256 = hash;
    const auto told = nlohmann::json::parse(render::generation_json(options, 2, result));
    CHECK(told["job"] == hash);
    CHECK(told["models"]["a.safetensors"] == std::string(64, 'a'));
    CHECK(told["source"]["portrait"] == std::string(64, '1'));
    CHECK(told["settings"]["crf"] == 18);
}

TEST_CASE("tags leave out what has no effect on the clip") {
    const auto has = [](const render::RenderOptions& options, const char* key) {
        const auto tags = render::provenance_tags(options, 1, {});
        return nlohmann::json::parse(tags.at("com.vasa.settings")).contains(key);
    };
    render::RenderOptions options = good_options();
    options.drive.driver = drive::Driver::Diffusion;  // whatever this build's default is
    for (const char* key :
         {"face_index", "steps", "style", "gaze_yaw", "happy", "cfg_audio", "crf"}) {
        INFO(key);
        CHECK(has(options, key));
    }
    for (const char* key : {"motion_scale", "loop"}) {
        CHECK_FALSE(has(options, key));
    }
    render::RenderOptions rules = options;
    rules.drive.driver = drive::Driver::Rules;
    CHECK_FALSE(has(rules, "steps"));
    CHECK_FALSE(has(rules, "style"));
    CHECK(has(rules, "amplitude"));
    render::RenderOptions coded = options;
    coded.image.clear();
    coded.face = "face.safetensors";
    CHECK_FALSE(has(coded, "face_index"));
    for (std::string render::RenderOptions::*file :
         {&render::RenderOptions::pose_from, &render::RenderOptions::dynamics_from}) {
        render::RenderOptions played = options;
        played.*file = "nod.csv";
        CHECK(has(played, "motion_scale"));
        CHECK(has(played, "loop"));
        CHECK(has(played, "gaze_yaw"));  // the other half comes from the speech
    }
    options.motion = "nod.csv";
    for (const char* key : {"steps", "style", "gaze_yaw", "happy", "cfg_audio"}) {
        INFO(key);
        CHECK_FALSE(has(options, key));
    }
    CHECK(has(options, "crf"));
}

TEST_CASE("model files are listed by name with size and hash") {
    namespace fs = std::filesystem;
    const TestFolder folder;
    fs::create_directory(folder / "vision");
    std::ofstream(folder / "vision/b.onnx") << "abc";
    std::ofstream(folder / "a.safetensors") << "";
    std::ofstream(folder / "README.md") << "text";
    const std::vector<models::ModelFile> models = models::list_models(folder.folder().string());
    REQUIRE(models.size() == 2);
    CHECK(models[0].name == "a.safetensors");
    CHECK(models[1].name == "vision/b.onnx");
    CHECK(models[1].num_bytes == 3);
    CHECK(models[1].sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    try {
        models::list_models(folder / "none");
        FAIL("no error");
    } catch (const core::Error& error) {
        CHECK(error.kind() == core::ErrorKind::Model);
    }
}
