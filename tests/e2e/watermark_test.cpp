// SPDX-License-Identifier: Apache-2.0
// The watermark that the program puts into its frames.
#include "program.h"

#include "vasa/marks/find_watermark.h"
#include "vasa/media/video_file.h"

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/catch.h"

using namespace vasa;
using test::run_vasa;
using test::RunResult;
using test::TemporaryFolder;

namespace {

std::vector<std::string> render_arguments(const std::string& portrait,
                                          const TemporaryFolder& folder,
                                          const std::string& out) {
    return {"render",
            "--image",
            portrait,
            "--audio",
            folder.path("s.wav"),
            "--driver",
            "rules",
            "--out",
            out,
            "--models",
            VASA_MODEL_DIR};
}

std::string hexadecimal(std::uint64_t job_hash) {
    char text[16];
    std::snprintf(text, sizeof text, "%010llx", static_cast<unsigned long long>(job_hash));
    return text;
}

}  // namespace

TEST_CASE("every clip and picture holds the mark of its job, for the holders of the key") {
    const auto portrait = test::find_portrait();
    if (!portrait) {
        return;
    }
    const TemporaryFolder folder;
    test::write_speech(folder.path("s.wav"), 1.2);
    test::write_text(folder.path("owner.key"), std::string(64, '5') + "\n");
    const auto key = marks::load_watermark_key(folder.path("owner.key"));
    const auto public_key = marks::WatermarkKey::public_key();

    REQUIRE(run_vasa(render_arguments(*portrait, folder, folder.path("c.mp4"))).exit_code == 0);
    const auto finding = marks::find_watermark(folder.path("c.mp4"), public_key);
    CHECK(finding.is_found);
    const std::string job = media::probe_video(folder.path("c.mp4")).metadata.at("com.vasa.job");
    CHECK(hexadecimal(finding.payload.job_hash) == job.substr(0, 10));
    CHECK_FALSE(marks::find_watermark(folder.path("c.mp4"), key).is_found);

    auto arguments = render_arguments(*portrait, folder, folder.path("%d.png"));
    arguments.insert(arguments.end(), {"--watermark-key", folder.path("owner.key")});
    const RunResult pictures = run_vasa(arguments);
    INFO(pictures.err);
    REQUIRE(pictures.exit_code == 0);
    CHECK(marks::find_watermark(folder.path("9.png"), key).is_found);
    CHECK_FALSE(marks::find_watermark(folder.path("9.png"), public_key).is_found);
}

TEST_CASE("clips without a mark are measured as such", "[measure]") {
    const TemporaryFolder folder;
    media::VideoOptions options;
    options.fps = {10, 1};
    media::VideoWriter writer(folder.path("c.mp4"), 128, 128, 0, 0, options);
    media::Yuv420Frame frame(128, 128);
    for (int i = 0; i < 105; ++i) {
        for (std::size_t j = 0; j < frame.data.size(); ++j) {
            frame.data[j] = static_cast<std::uint8_t>(100 + (i + 7 * j) % 50);
        }
        writer.write_frame(frame);
    }
    writer.finish();
    const RunResult run = run_vasa(
        {"--json", "measure", "watermark", folder.path("c.mp4"), "--unmarked", "--windows", "4"});
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    const auto result = nlohmann::json::parse(run.out);
    CHECK(result["windows"] == 4);
    CHECK(result["found"] == 0);
    CHECK(run_vasa({"measure", "watermark", folder.path("c.mp4")}).exit_code == 2);
}

TEST_CASE("keys that cannot be used are input errors before any work", "[robust]") {
    const auto portrait = test::find_portrait();
    if (!portrait) {
        return;
    }
    const TemporaryFolder folder;
    test::write_speech(folder.path("s.wav"), 0.3);
    test::write_text(folder.path("short.key"), "12ab");
    test::write_text(folder.path("word.key"), std::string(63, '0') + "x");
    test::write_text(folder.path("large.key"), std::string(100000, '0'));
    for (const char* name : {"short.key", "word.key", "large.key", "missing.key", "."}) {
        auto arguments = render_arguments(*portrait, folder, folder.path("c.mp4"));
        arguments.insert(arguments.end(), {"--watermark-key", folder.path(name)});
        const RunResult run = run_vasa(arguments);
        INFO(name << ": " << run.err);
        CHECK(run.exit_code == 3);
        CHECK_THAT(run.err, Catch::Contains(folder.path(name)));
        CHECK_FALSE(std::filesystem::exists(folder.path("c.mp4")));
    }
}
