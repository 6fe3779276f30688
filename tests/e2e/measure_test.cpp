// SPDX-License-Identifier: Apache-2.0
// Measurements of the models, on portraits, backgrounds and motion that the tests make.
#include "program.h"
#include "support/nodding_motion.h"

#include "vasa/media/image_file.h"
#include "vasa/motion/motion_clip.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "support/catch.h"

using namespace vasa;
using test::run_vasa;
using test::RunResult;
using test::TemporaryFolder;

namespace {

/// The folder's only photograph: bars of two greys, `height_px` high each.
std::string folder_of_bars(const TemporaryFolder& folder, const std::string& name, int height_px) {
    std::filesystem::create_directory(folder.path(name));
    core::ImageU8 photo(600, 600, 3);
    for (int y = 0; y < photo.height; ++y) {
        const auto grey = static_cast<std::uint8_t>(y / height_px % 2 == 0 ? 190 : 90);
        std::fill_n(photo.row(y), 3 * photo.width, grey);
    }
    media::save_png(folder.path(name + "/bars.png"), photo, false);
    return folder.path(name);
}

/// Four seconds of a head that turns.
void save_turning_head(const std::string& path, double phase_rad) {
    motion::MotionClip clip;
    for (int i = 0; i < 100; ++i) {
        motion::MotionFrame frame;
        frame.pose.yaw_rad = static_cast<float>(0.1 * std::sin(0.2 * i + phase_rad));
        clip.frames.push_back(frame);
    }
    motion::save_motion(path, clip, false);
}

}  // namespace

TEST_CASE("backgrounds behind a person are held against the photographs themselves", "[measure]") {
    const auto portrait = test::find_portrait();
    if (!portrait) {
        return;
    }
    const TemporaryFolder folder;
    const std::filesystem::path file(*portrait);
    test::write_text(folder.path("names.txt"), file.filename().string() + "\n");
    const auto measured = [&](const std::string& backgrounds) {
        return run_vasa({"--json",
                         "measure",
                         "background",
                         "--portraits",
                         file.parent_path().string(),
                         "--names",
                         folder.path("names.txt"),
                         "--backgrounds",
                         backgrounds});
    };
    const RunResult plain = measured(folder_of_bars(folder, "plain", 1000));
    INFO(plain.err);
    REQUIRE(plain.exit_code == 0);
    const auto even = nlohmann::json::parse(plain.out);
    CHECK(even.at("portraits") == 1);
    CHECK(even.at("pixels") > 10000);
    CHECK(even.at("error") < 3.0);  // no trace of the person

    const RunResult striped = measured(folder_of_bars(folder, "bars", 30));
    REQUIRE(striped.exit_code == 0);
    const auto bars = nlohmann::json::parse(striped.out);
    // The bars continue; a plain grey would have an error of half of 100.
    CHECK(bars.at("error") < 30.0);
    CHECK(bars.at("detail") > 0.6);

    std::filesystem::create_directory(folder.path("empty"));
    const RunResult none = measured(folder.path("empty"));
    CHECK(none.exit_code == 3);
    CHECK(none.err.find("no photographs in") != std::string::npos);
}

TEST_CASE("clips of one folder are compared with each other and with their speech", "[measure]") {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder.path("clips"));
    std::filesystem::create_directory(folder.path("speech"));
    save_turning_head(folder.path("clips/a.csv"), 0.0);
    save_turning_head(folder.path("clips/b.csv"), 0.1);
    std::vector<std::int16_t> sound(4 * 16000);
    for (std::size_t i = 0; i < sound.size(); ++i) {
        const bool talks = i / 8000 % 2 == 0;
        sound[i] = static_cast<std::int16_t>(talks ? 8000 * std::sin(0.05 * double(i)) : 0);
    }
    test::write_wav(folder.path("speech/a.wav"), sound, 16000, 1);
    test::write_wav(folder.path("speech/b.wav"), sound, 16000, 1);
    const RunResult spoken = run_vasa({"--json",
                                       "measure",
                                       "dependence",
                                       "--set",
                                       folder.path("clips"),
                                       "--speech",
                                       folder.path("speech")});
    INFO(spoken.err);
    REQUIRE(spoken.exit_code == 0);
    const auto found = nlohmann::json::parse(spoken.out).at("sets").at("clips");
    CHECK(found.at("pairs") == 1);
    CHECK(found.at("likeness").at("yaw").at("value") > 0.98);
    CHECK(found.at("likeness").at("roll").at("value").is_null());
    CHECK(found.at("talk_pause").at("own").is_number());

    const RunResult alike = run_vasa({"measure", "dependence", "--set", folder.path("clips")});
    CHECK(alike.exit_code == 0);
    CHECK_THAT(alike.out, Catch::Contains("|r| of yaw") && !Catch::Contains("nods at stresses"));

    std::filesystem::remove(folder.path("clips/b.csv"));
    const RunResult alone = run_vasa({"measure", "dependence", "--set", folder.path("clips")});
    CHECK(alone.exit_code == 3);
    CHECK_THAT(alone.err, Catch::Contains("1 clips without a pair"));
    const RunResult other = run_vasa({"measure",
                                      "dependence",
                                      "--set",
                                      folder.path("speech"),
                                      "--speech",
                                      folder.path("speech")});
    CHECK(other.exit_code == 3);
    CHECK_THAT(other.err, Catch::Contains("has no motion file named like a speech file"));
}

TEST_CASE("rendered frames show an emotion, more of it at a greater strength", "[measure]") {
    const auto portrait = test::find_portrait();
    if (!portrait) {
        return;
    }
    const TemporaryFolder folder;
    const std::filesystem::path file(*portrait);
    test::write_text(folder.path("names.txt"), file.filename().string() + "\n");
    test::write_speech(folder.path("speech.wav"), 2.0);
    const RunResult run = run_vasa({"--json",
                                    "measure",
                                    "emotions",
                                    "--portraits",
                                    file.parent_path().string(),
                                    "--names",
                                    folder.path("names.txt"),
                                    "--audio",
                                    folder.path("speech.wav"),
                                    "--driver",
                                    "rules",
                                    "--decoder",
                                    "geometry",
                                    "--strengths",
                                    "0.3",
                                    "1"});
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    const auto emotions = nlohmann::json::parse(run.out).at("emotions");
    CHECK(emotions.size() == 7);
    // The tracker does not see knitted brows on this face: angry is left out.
    for (const char* name : {"happy", "surprised"}) {
        INFO(name);
        const auto actions = emotions.at(name).at("actions");
        const auto gain = actions.begin().value().at("gain").get<std::vector<double>>();
        CHECK(gain.at(1) > 0.25);
        CHECK(gain.at(0) < gain.at(1));
    }
}

TEST_CASE("a mouth-head expert that was just fitted tells heads from other heads", "[measure]") {
    const TemporaryFolder folder;
    core::Rng rng(31);
    std::filesystem::create_directory(folder.path("motion"));
    const auto clips = support::make_nodding_clips(8, 400, true, rng);
    for (std::size_t i = 0; i < clips.size(); ++i) {
        motion::save_motion(
            folder.path("motion/clip_" + std::to_string(i) + "_a.safetensors"), clips[i], true);
    }
    test::write_text(folder.path("names.txt"), "clip_6\nclip_7\n");
    const std::vector<std::string> train = {"--json",
                                            "train",
                                            "head-expert",
                                            "--motion",
                                            folder.path("motion"),
                                            "--held-out",
                                            folder.path("names.txt"),
                                            "--out",
                                            folder.path("expert.safetensors")};
    const RunResult fitted = run_vasa(train);
    INFO(fitted.err);
    REQUIRE(fitted.exit_code == 0);
    CHECK(nlohmann::json::parse(fitted.out).at("clips") == 6);
    CHECK(run_vasa(train).exit_code == 5);  // the result exists

    std::vector<std::string> measure = {"--json",
                                        "measure",
                                        "head-expert",
                                        "--set",
                                        folder.path("motion"),
                                        "--expert",
                                        folder.path("expert.safetensors")};
    const RunResult measured = run_vasa(measure);
    REQUIRE(measured.exit_code == 0);
    const auto set = nlohmann::json::parse(measured.out).at("sets").at("motion");
    CHECK(set.at("clips") == 8);
    CHECK(set.at("preference_10s") > 0.95);
    CHECK(set.at("other_head") < 0.8);
    CHECK(set.at("still_head") == 0.5);
    CHECK(set.at("curve").size() == 51);

    test::write_text(folder.path("names.txt"), "clip_6\n");
    measure.insert(measure.end(), {"--names", folder.path("names.txt")});
    const RunResult single = run_vasa(measure);
    CHECK(single.exit_code == 3);
    CHECK(single.err.find("has 1 clips of 4 s or more, expected at least 2") != std::string::npos);
}
