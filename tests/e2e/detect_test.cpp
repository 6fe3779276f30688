// SPDX-License-Identifier: Apache-2.0
// What `vasa detect` says about finished clips.
#include "program.h"

#include "vasa/media/image_file.h"
#include "vasa/media/video_file.h"

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/catch.h"

using namespace vasa;
using nlohmann::json;
using test::run_vasa;
using test::RunResult;
using test::TemporaryFolder;

namespace fs = std::filesystem;

namespace {

/// A render of a few seconds; its path.
std::string render(const TemporaryFolder& folder,
                   const std::string& portrait,
                   const std::string& out,
                   const std::vector<std::string>& more) {
    if (!fs::exists(folder.path("s.wav"))) {
        test::write_speech(folder.path("s.wav"), 4.0);
    }
    std::vector<std::string> arguments = {"render",
                                          "--image",
                                          portrait,
                                          "--audio",
                                          folder.path("s.wav"),
                                          "--driver",
                                          "rules",
                                          "--decoder",
                                          "geometry",
                                          "--out",
                                          folder.path(out),
                                          "--models",
                                          VASA_MODEL_DIR};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const RunResult run = run_vasa(arguments);
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    return folder.path(out);
}

/// `vasa detect --json` of files.
json detect(const std::vector<std::string>& files, int exit_code) {
    std::vector<std::string> arguments = {"detect", "--json", "--models", VASA_MODEL_DIR};
    arguments.insert(arguments.end(), files.begin(), files.end());
    const RunResult run = run_vasa(arguments);
    INFO(run.out << run.err);
    REQUIRE(run.exit_code == exit_code);
    const json result = json::parse(run.out);
    CHECK(result.at("exit_code") == exit_code);
    return result.at("files");
}

/// The clip's first picture, again and again, under a slowly changing light.
void write_still(const std::string& from, const std::string& to) {
    media::VideoReader reader(from);
    core::ImageU8 rgb;
    REQUIRE(reader.read(rgb));
    media::VideoWriter writer(to, rgb.width, rgb.height, 0, 0, {});
    media::Yuv420Frame frame(rgb.width, rgb.height);
    for (int t = 0; t < 75; ++t) {
        for (std::size_t i = 0; i < frame.data.size(); ++i) {
            frame.data[i] =
                i < rgb.data.size() / 3
                    ? static_cast<std::uint8_t>(rgb.data[3 * i + 1] * (60 + t / 5) / 100)
                    : std::uint8_t{128};
        }
        writer.write_frame(frame);
    }
    writer.finish();
}

}  // namespace

TEST_CASE("a render without marks is told by its frames, one with marks by these first") {
    const auto portrait = test::find_portrait();
    if (!portrait) {
        return;
    }
    const TemporaryFolder folder;
    const std::string bare =
        render(folder, *portrait, "bare.mp4", {"--no-marks", "--i-understand"});
    const json file = detect({bare}, 0).at(0);
    CHECK(file.at("verdict") == "unmarked");
    CHECK(file.at("traces").at("state") == "likely");
    CHECK(file.at("traces").at("probability") > 0.9);
    CHECK(file.at("traces").at("examined_s") > 3.5);
    CHECK(file.at("traces").at("contributions").size() == 17);
    const std::string marked = render(folder, *portrait, "marked.mp4", {});
    const RunResult text = run_vasa({"detect", "--models", VASA_MODEL_DIR, marked, bare});
    CHECK(text.exit_code == 0);
    CHECK_THAT(text.out, Catch::StartsWith(marked + ": marked: "));
    CHECK_THAT(text.out,
               Catch::Contains("bare.mp4: unmarked: no marks found; traces of rendering: likely"));
    // A picture that does not move was not rendered by this program.
    write_still(bare, folder.path("still.mp4"));
    CHECK(detect({folder.path("still.mp4")}, 8).at(0).at("traces").at("state") != "likely");
}

TEST_CASE("what cannot be judged says why, and what cannot be read is an error", "[robust]") {
    const auto portrait = test::find_portrait();
    if (!portrait) {
        return;
    }
    const TemporaryFolder folder;
    fs::copy_file(*portrait, folder.path("photo.jpg"));
    const json photo = detect({folder.path("photo.jpg")}, 8).at(0);
    CHECK(photo.at("traces").at("state") == "not examined");
    CHECK_FALSE(photo.at("traces").at("obstacle").get<std::string>().empty());
    media::VideoWriter writer(folder.path("grey.mp4"), 128, 128, 0, 0, {});
    media::Yuv420Frame frame(128, 128);
    std::fill(frame.data.begin(), frame.data.end(), std::uint8_t{128});
    for (int i = 0; i < 60; ++i) {
        writer.write_frame(frame);
    }
    writer.finish();
    const json grey = detect({folder.path("grey.mp4")}, 8).at(0);
    CHECK(grey.at("traces").at("obstacle") == "no face was found");
    test::write_text(folder.path("broken.mp4"), std::string(500, 'x'));
    const json broken = detect({folder.path("broken.mp4"), folder.path("grey.mp4")}, 3);
    CHECK(broken.at(0).count("error") == 1);
    CHECK(broken.at(1).at("verdict") == "unmarked");
    fs::create_directory(folder.path("empty"));
    detect({folder.path("empty")}, 3);
    CHECK(run_vasa({"detect"}).exit_code == 2);
    CHECK(
        run_vasa({"detect", "--models", folder.path("empty"), folder.path("grey.mp4")}).exit_code ==
        4);
}
