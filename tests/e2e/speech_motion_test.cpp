// SPDX-License-Identifier: Apache-2.0
// Speech to motion through the program: drivers, controls, missing weights.
#include "vasa/drive/speech_motion.h"

#include "program.h"

#include "vasa/models/model_files.h"
#include "vasa/motion/emotional_motion.h"
#include "vasa/motion/motion_clip.h"

#include <cmath>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "support/catch.h"

using namespace vasa;
using test::run_vasa;
using test::RunResult;
using test::TemporaryFolder;

namespace fs = std::filesystem;

namespace {

/// Two seconds of a speech-like sound, and the output of animate for it.
struct Scene {
    TemporaryFolder folder;
    std::string audio = folder.path("s.wav");
    std::string models = VASA_MODEL_DIR;

    Scene() { test::write_speech(audio, 2.0); }

    RunResult animate(const std::string& out, const std::vector<std::string>& more = {}) const {
        std::vector<std::string> arguments = {
            "animate", "--audio", audio, "--out", folder.path(out), "--models", models};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_vasa(arguments);
    }

    motion::MotionClip made(const std::string& out,
                            const std::vector<std::string>& more = {}) const {
        const RunResult run = animate(out, more);
        INFO(run.err);
        REQUIRE(run.exit_code == 0);
        return motion::load_motion(folder.path(out));
    }

    void refuses(int exit_code,
                 const std::string& part,
                 const std::vector<std::string>& more) const {
        const RunResult run = animate("refused.csv", more);
        INFO(part << "\n" << run.err);
        CHECK(run.exit_code == exit_code);
        CHECK_THAT(run.err, Catch::Contains(part));
        CHECK_FALSE(fs::exists(folder.path("refused.csv")));
    }
};

/// Mean direction of the left eye over the clip's second half, radians.
double mean_yaw(const motion::MotionClip& clip) {
    double sum = 0;
    const std::size_t half = clip.frames.size() / 2;
    for (std::size_t i = half; i < clip.frames.size(); ++i) {
        sum += static_cast<double>(head::left_gaze(clip.frames[i].actions).yaw_rad +
                                   0.8F * clip.frames[i].pose.yaw_rad);
    }
    return sum / static_cast<double>(clip.frames.size() - half);
}

}  // namespace

TEST_CASE("every driver makes the length asked for, the same each time") {
    const Scene scene;
    std::vector<std::string> drivers = {"rules"};
    if (drive::default_driver() == drive::Driver::Diffusion) {
        drivers.emplace_back("diffusion");
    } else {
        WARN("SKIPPED: built without libtorch");
    }
    for (const std::string& driver : drivers) {
        INFO(driver);
        const motion::MotionClip a =
            scene.made(driver + "_a.safetensors", {"--driver", driver, "--seed", "3"});
        const motion::MotionClip b =
            scene.made(driver + "_b.safetensors", {"--driver", driver, "--seed", "3"});
        const motion::MotionClip other = scene.made(
            driver + "_c.safetensors", {"--driver", driver, "--seed", "4", "--fps", "30000/1001"});
        REQUIRE(a.frames.size() == 50);
        REQUIRE(other.frames.size() == 60);
        CHECK(a.frames[30].actions.values == b.frames[30].actions.values);
        CHECK(a.frames[30].pose.yaw_rad == b.frames[30].pose.yaw_rad);
        CHECK(a.frames[30].pose.yaw_rad != other.frames[36].pose.yaw_rad);
    }
}

TEST_CASE("without a seed, motion follows from the speech, whatever its name") {
    Scene scene;
    fs::copy_file(scene.audio, scene.folder.path("same.wav"));
    test::write_speech(scene.folder.path("other.wav"), 1.0);
    const auto seed_of = [&](const std::string& speech, const std::vector<std::string>& more = {}) {
        scene.audio = scene.folder.path(speech);
        std::vector<std::string> arguments = {"--driver", "rules", "--json", "--force"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const RunResult run = scene.animate("m.csv", arguments);
        INFO(run.err);
        REQUIRE(run.exit_code == 0);
        const nlohmann::json seed = nlohmann::json::parse(run.out)["seed"];
        CHECK(motion::load_motion(scene.folder.path("m.csv")).metadata.at("seed") == seed.dump());
        return seed;
    };
    const nlohmann::json seed = seed_of("s.wav");
    CHECK(seed != 0);
    CHECK(seed_of("same.wav") == seed);
    CHECK(seed_of("other.wav") != seed);
    CHECK(seed_of("s.wav", {"--seed", "5"}) == 5);
}

TEST_CASE("gaze follows a curve from a file, the command line comes first") {
    const Scene scene;
    test::write_text(scene.folder.path("c.json"),
                     R"({"gaze_yaw": [{"time": 0, "value": 20}, {"time": 0.5, "value": 20}]})");
    const std::vector<std::string> file = {"--controls", scene.folder.path("c.json")};
    std::vector<std::string> both = file;
    both.insert(both.end(), {"--gaze", "-20,0"});
    constexpr double kTwenty = 20.0 * 3.14159265 / 180.0;
    for (const std::string driver : {"rules", "diffusion"}) {
        if (driver == "diffusion" && drive::default_driver() != drive::Driver::Diffusion) {
            continue;
        }
        INFO(driver);
        const auto with_driver = [&](std::vector<std::string> more) {
            more.insert(more.end(), {"--driver", driver});
            return more;
        };
        CHECK(mean_yaw(scene.made(driver + "_right.csv", with_driver(file))) ==
              Approx(kTwenty).margin(0.12));
        CHECK(mean_yaw(scene.made(driver + "_left.csv", with_driver(both))) ==
              Approx(-kTwenty).margin(0.12));
    }
}

TEST_CASE("an emotion is added to the motion of every driver, once") {
    const Scene scene;
    for (const std::string driver : {"rules", "diffusion"}) {
        if (driver == "diffusion" && drive::default_driver() != drive::Driver::Diffusion) {
            continue;
        }
        INFO(driver);
        const auto made = [&](const std::string& emotion) {
            return scene.made(driver + "_" + emotion.substr(0, 3) + ".safetensors",
                              {"--driver", driver, "--seed", "3", "--emotion", emotion});
        };
        const motion::MotionClip sad = made("sad:0.5");
        motion::MotionClip expected = made("neutral");
        motion::Controls controls;
        controls.set_emotion("sad:0.5");
        motion::add_emotion(expected, controls);
        for (std::size_t i = 0; i < sad.frames.size(); ++i) {
            INFO("frame " << i);
            for (const head::Action action :
                 {head::Action::BrowInnerUp, head::Action::MouthFrownLeft}) {
                CHECK(sad.frames[i].actions[action] ==
                      Approx(expected.frames[i].actions[action]).margin(1e-4));
            }
        }
    }
}

TEST_CASE("bad controls end with the right exit code") {
    const Scene scene;
    scene.refuses(2, "gaze", {"--gaze", "12"});
    scene.refuses(2, "--gaze is '90,0', expected degrees, -40 to 40", {"--gaze", "90,0"});
    scene.refuses(2, "cheerful", {"--emotion", "cheerful"});
    scene.refuses(2, "--steps is '0', expected a whole number, 1 to 1000", {"--steps", "0"});
    scene.refuses(2, "driver", {"--driver", "magic"});
    scene.refuses(2, "style", {"--driver", "rules", "--style", "grid"});
    scene.refuses(3, "none.json", {"--controls", scene.folder.path("none.json")});
    test::write_text(scene.folder.path("c.csv"), "time,amplitude\n0,1\n0,2\n");
    scene.refuses(3, "c.csv:3:1", {"--controls", scene.folder.path("c.csv")});
    scene.refuses(3, "none.phones", {"--phones", scene.folder.path("none.phones")});
}

TEST_CASE("weights that are missing or damaged are model errors") {
    if (drive::default_driver() != drive::Driver::Diffusion) {
        WARN("SKIPPED: built without libtorch");
        return;
    }
    Scene scene;
    scene.refuses(2, "unknown style 'opera'", {"--style", "opera"});
    const fs::path models = scene.folder.folder() / "models";
    fs::create_directory(models);
    scene.models = models.string();
    scene.refuses(4, models::kMotionFile, {});
    CHECK(scene.animate("rules.csv", {"--driver", "rules"}).exit_code == 0);
    for (const char* name : {models::kMotionFile, models::kSpeechEncoderFile}) {
        fs::copy_file(fs::path(VASA_MODEL_DIR) / name, models / name);
    }
    CHECK(scene.animate("whole.csv").exit_code == 0);
    std::string bytes = test::read_text((models / models::kMotionFile).string());
    test::write_text((models / models::kMotionFile).string(), bytes.substr(0, bytes.size() / 2));
    scene.refuses(4, models::kMotionFile, {});
    // A renamed tensor.
    const std::size_t place = bytes.find("network.motion_out.weight");
    REQUIRE(place != std::string::npos);
    bytes[place + 8] = 'x';
    test::write_text((models / models::kMotionFile).string(), bytes);
    scene.refuses(4, "motion_out.weight", {});
}

TEST_CASE("pose and dynamics come from different motion files") {
    const auto portrait = test::find_portrait();
    if (!portrait) {
        return;
    }
    const Scene scene;
    scene.made("pose.csv", {"--driver", "rules", "--seed", "1"});
    scene.made("dynamics.csv", {"--driver", "rules", "--seed", "2"});
    const auto render_with = [&](const std::vector<std::string>& more) {
        std::vector<std::string> arguments = {"render",
                                              "--image",
                                              *portrait,
                                              "--out",
                                              scene.folder.path("clip.mp4"),
                                              "--models",
                                              scene.models,
                                              "--force",
                                              "--json"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_vasa(arguments);
    };
    const std::string pose = scene.folder.path("pose.csv");
    const std::string dynamics = scene.folder.path("dynamics.csv");
    const RunResult both = render_with({"--pose-from", pose, "--dynamics-from", dynamics});
    INFO(both.err);
    REQUIRE(both.exit_code == 0);
    const nlohmann::json result = nlohmann::json::parse(both.out);
    CHECK(result["driver"] == "dynamics:file,pose:file");
    CHECK(result["frames"] == 50);
    CHECK(result["sha256"]["pose"] != result["sha256"]["dynamics"]);

    const RunResult mixed =
        render_with({"--pose-from", pose, "--audio", scene.audio, "--driver", "rules"});
    INFO(mixed.err);
    REQUIRE(mixed.exit_code == 0);
    CHECK(nlohmann::json::parse(mixed.out)["driver"] == "rules,pose:file");
    CHECK(render_with({"--pose-from", pose}).exit_code == 2);
    CHECK(render_with({"--pose-from", scene.folder.path("none.csv"), "--dynamics-from", dynamics})
              .exit_code == 3);
}
