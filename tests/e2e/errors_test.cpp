// SPDX-License-Identifier: Apache-2.0
// Errors: exit code, message, and no files left behind.
#include "program.h"

#include "vasa/models/model_files.h"

#include <csignal>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "support/catch.h"

using namespace vasa;
using test::find_portrait;
using test::run_vasa;
using test::RunOptions;
using test::RunResult;
using test::TemporaryFolder;

namespace fs = std::filesystem;

namespace {

/// A folder with good speech and a small image instead of a portrait; each test changes one thing.
class Scene {
  public:
    Scene() {
        test::write_speech(folder_.path("s.wav"), 0.3);
        // One grey pixel: an image, but without a face.
        test::write_text(folder_.path("grey.bmp"),
                         std::string("BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0"
                                     "\x01\0\x18\0\0\0\0\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                     "\0\0\0\0\x80\x80\x80\0",
                                     58));
        image_ = folder_.path("grey.bmp");
        audio_ = folder_.path("s.wav");
        out_ = folder_.path("o.mp4");
        models_ = VASA_MODEL_DIR;
    }

    /// Runs; whatever the result, no file may be added or removed.
    RunResult run(const std::vector<std::string>& more = {}, const RunOptions& options = {}) {
        const std::vector<std::string> before = folder_.names();
        std::vector<std::string> arguments = {
            "render", "--image", image_, "--audio", audio_, "--out", out_, "--models", models_};
        arguments.insert(arguments.end(), more.begin(), more.end());
        RunResult result = run_vasa(arguments, options);
        CHECK(folder_.names() == before);
        return result;
    }

    std::string path(const std::string& name) const { return folder_.path(name); }

    std::string image_, audio_, out_, models_;
    TemporaryFolder folder_;
};

void check_error(const RunResult& result, int exit_code, const std::string& part) {
    INFO(result.err);
    CHECK(result.exit_code == exit_code);
    CHECK_THAT(result.err, Catch::Contains("vasa: error: ") && Catch::Contains(part));
    CHECK(result.out.empty());
}

}  // namespace

TEST_CASE("bad option values are usage errors") {
    Scene scene;
    const std::vector<std::vector<std::string>> bad = {{"--crf", "52"},
                                                       {"--crf", "abc"},
                                                       {"--fps", "0"},
                                                       {"--fps", "1000"},
                                                       {"--fps", "25/0"},
                                                       {"--seed", "-1"},
                                                       {"--amplitude", "nan"},
                                                       {"--amplitude", "4"},
                                                       {"--blink-rate", "-3"},
                                                       {"--motion-scale", "99"},
                                                       {"--threads", "-2"},
                                                       {"--log-level", "loud"},
                                                       {"--face", "also.safetensors"},
                                                       {"--no-such-option"},
                                                       {"stray"}};
    for (const std::vector<std::string>& more : bad) {
        INFO(more.front());
        check_error(scene.run(more), 2, "");
    }
    scene.out_ = scene.path("o.avi");
    check_error(scene.run(), 2, ".mp4");
    scene.out_ = scene.path("%q.png");
    check_error(scene.run(), 2, "%05d");
    check_error(run_vasa({}), 2, "subcommand");
    check_error(run_vasa({"rendr"}), 2, "rendr");
    check_error(run_vasa({"render"}), 2, "--out");
}

TEST_CASE("--json reports errors as an object") {
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"render", "--json", "--crf", "x"},
          std::vector<std::string>{"info", "/nonexistent/clip.mp4", "--json"}}) {
        const RunResult run = run_vasa(arguments);
        const nlohmann::json object = nlohmann::json::parse(run.out);
        CHECK(object["error"]["kind"] == (run.exit_code == 2 ? "usage" : "input"));
        CHECK_FALSE(object["error"]["message"].get<std::string>().empty());
        CHECK(object["error"].contains("hint"));
    }
}

TEST_CASE("help and version go to standard output") {
    const RunResult help = run_vasa({"--help"});
    CHECK(help.exit_code == 0);
    CHECK_THAT(help.out, Catch::Contains("Exit codes:") && Catch::Contains("render"));
    CHECK_THAT(run_vasa({"render", "--help"}).out, Catch::Contains("--allow-long"));
    CHECK_THAT(run_vasa({"--version"}).out, Catch::StartsWith("vasa "));
}

TEST_CASE("bad portraits are input errors that name the file") {
    Scene scene;
    const auto portrait = find_portrait();
    const auto check_bad = [&](const std::string& name) {
        INFO(name);
        scene.image_ = scene.path(name);
        check_error(scene.run(), 3, name);
    };
    check_bad("missing.png");
    check_bad("grey.bmp");
    check_bad("s.wav");
    test::write_text(scene.path("empty.png"), "");
    check_bad("empty.png");
    test::write_text(scene.path("text.jpg"), "this is not a picture");
    check_bad("text.jpg");
    fs::create_directory(scene.path("folder.png"));
    check_bad("folder.png");
    if (portrait) {
        const std::string bytes = test::read_text(*portrait);
        for (const std::size_t size : {std::size_t{7}, std::size_t{30}, bytes.size() / 2}) {
            test::write_text(scene.path("cut.png"), bytes.substr(0, size));
            check_bad("cut.png");
        }
    }
}

TEST_CASE("bad speech is an input error that names the file") {
    Scene scene;
    const auto portrait = find_portrait();
    const auto check_bad = [&](const std::string& name, const std::string& part = {}) {
        INFO(name);
        scene.audio_ = scene.path(name);
        const std::string expected = part.empty() ? name : part;
        check_error(run_vasa({"animate", "--audio", scene.audio_, "--out", scene.path("m.csv")}),
                    3,
                    expected);
        CHECK_FALSE(fs::exists(scene.path("m.csv")));
        if (portrait) {
            scene.image_ = *portrait;
            check_error(scene.run(), 3, expected);
        }
    };
    check_bad("missing.wav");
    check_bad("grey.bmp");
    test::write_text(scene.path("empty.wav"), "");
    check_bad("empty.wav");
    test::write_text(scene.path("header.wav"), test::read_text(scene.path("s.wav")).substr(0, 30));
    check_bad("header.wav");
    test::write_speech(scene.path("none.wav"), 0.0);
    check_bad("none.wav");
    test::write_speech(scene.path("short.wav"), 0.04);
    check_bad("short.wav", "0.04 s");
    test::write_speech(scene.path("long.wav"), 61.0);
    check_bad("long.wav", "--allow-long");
}

TEST_CASE("output that cannot be written is found out before the work") {
    Scene scene;
    scene.out_ = scene.path("no/such/folder/o.mp4");
    check_error(scene.run(), 5, "does not exist");
    scene.out_ = "/proc/o.mp4";
    check_error(scene.run(), 5, "/proc/o.mp4");
    scene.out_ = scene.path("no/%03d.png");
    check_error(scene.run(), 5, "does not exist");
    fs::create_directory(scene.path("folder.mp4"));
    scene.out_ = scene.path("folder.mp4");
    check_error(scene.run({"--force"}), 5, "folder");
    test::write_text(scene.path("old.mp4"), "old");
    scene.out_ = scene.path("old.mp4");
    check_error(scene.run(), 5, "--force");
    CHECK(test::read_text(scene.path("old.mp4")) == "old");
    // A later error must not damage the existing file either.
    check_error(scene.run({"--force"}), 3, "grey.bmp");
    CHECK(test::read_text(scene.path("old.mp4")) == "old");
}

TEST_CASE("missing and damaged models are model errors") {
    Scene scene;
    scene.models_ = scene.path("none");
    check_error(scene.run(), 4, "none");
    const fs::path models = scene.path("models");
    fs::copy(VASA_MODEL_DIR, models, fs::copy_options::recursive);
    scene.models_ = models.string();
    for (const fs::path& name : {fs::path(models::kHeadModelFile),
                                 fs::path("vision") / models::kNearFaceFile,
                                 fs::path("vision") / models::kMeshFile}) {
        INFO(name.string());
        const std::string bytes = test::read_text((models / name).string());
        test::write_text((models / name).string(), bytes.substr(0, bytes.size() / 2));
        check_error(scene.run(), 4, name.filename().string());
        fs::remove(models / name);
        check_error(scene.run(), 4, name.filename().string());
        test::write_text((models / name).string(), bytes);
    }
}

TEST_CASE("an interrupt or termination leaves no file") {
    const auto portrait = find_portrait();
    if (!portrait) {
        return;
    }
    Scene scene;
    scene.image_ = *portrait;
    test::write_speech(scene.path("s.wav"), 50.0);
    fs::create_directory(scene.path("frames"));
    for (const std::string& out : {scene.path("o.mp4"), scene.path("frames/%04d.png")}) {
        for (const int signal_number : {SIGINT, SIGTERM}) {
            scene.out_ = out;
            const fs::path folder = fs::path(out).parent_path();
            const auto num_entries = [folder] {
                return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
            };
            const auto before = num_entries();
            int polls_seen = 0;
            RunOptions options;
            options.signal_number = signal_number;
            // The output is probed first; a temporary that stays means that frames are being made.
            options.when = [&] {
                polls_seen = num_entries() > before ? polls_seen + 1 : 0;
                return polls_seen > 40;
            };
            const RunResult run = scene.run({}, options);
            INFO(run.err);
            CHECK(run.exit_code == 128 + signal_number);
            CHECK(num_entries() == before);
        }
    }
}

TEST_CASE("standard output that cannot be written is an output error") {
    RunOptions full;
    full.stdout_path = "/dev/full";
    CHECK(run_vasa({"info"}, full).exit_code == 5);
    RunOptions closed;
    closed.closed_stdout = true;
    const RunResult run = run_vasa({"--version"}, closed);
    CHECK(run.exit_code == 5);
    CHECK_THAT(run.err, Catch::Contains("standard output"));
    // With nothing to print nothing fails; and no output file may get standard output's number.
    const TemporaryFolder folder;
    test::write_speech(folder.path("s.wav"), 0.3);
    const RunResult quiet = run_vasa(
        {"animate", "--audio", folder.path("s.wav"), "--out", folder.path("m.csv"), "--quiet"},
        closed);
    CHECK(quiet.exit_code == 0);
    CHECK_THAT(test::read_text(folder.path("m.csv")), Catch::StartsWith("# vasa motion 1"));
}
