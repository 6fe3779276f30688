// SPDX-License-Identifier: Apache-2.0
// Finished clips: their contents, and that they are reproducible.
#include "program.h"

#include "vasa/core/psnr.h"
#include "vasa/core/rng.h"
#include "vasa/drive/speech_motion.h"
#include "vasa/media/image_file.h"
#include "vasa/media/video_file.h"
#include "vasa/motion/motion_clip.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "support/catch.h"

using namespace vasa;
using test::find_portrait;
using test::run_vasa;
using test::RunResult;
using test::TemporaryFolder;

namespace fs = std::filesystem;

namespace {

const std::vector<std::string> kNoMore;

std::vector<std::string> render_arguments(const std::string& image,
                                          const std::string& audio,
                                          const std::string& out,
                                          const std::vector<std::string>& more = kNoMore) {
    std::vector<std::string> arguments = {
        "render", "--image", image, "--audio", audio, "--out", out, "--models", VASA_MODEL_DIR};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

std::int64_t count_frames(const std::string& path) {
    media::VideoReader reader(path);
    core::ImageU8 frame;
    std::int64_t count = 0;
    while (reader.read(frame)) {
        ++count;
    }
    return count;
}

/// Types of the MP4's top-level boxes, in order.
std::vector<std::string> box_types(const std::string& bytes) {
    std::vector<std::string> types;
    std::size_t at = 0;
    while (at + 8 <= bytes.size()) {
        std::uint32_t size = 0;
        for (int i = 0; i < 4; ++i) {
            size =
                (size << 8U) | static_cast<std::uint8_t>(bytes[at + static_cast<std::size_t>(i)]);
        }
        types.push_back(bytes.substr(at + 4, 4));
        if (size < 8) {
            break;
        }
        at += size;
    }
    return types;
}

}  // namespace

TEST_CASE("a clip has the speech's length, the right frames and tags") {
    const auto portrait = find_portrait();
    if (!portrait) {
        return;
    }
    const TemporaryFolder folder;
    struct Case {
        std::string fps;
        double seconds;
        int rate, channels;
        std::int64_t frames;
    };
    for (const Case& c : {Case{"25", 1.01, 16000, 1, 26},
                          Case{"30000/1001", 1.0, 44100, 2, 30},
                          Case{"60", 0.05, 48000, 1, 3}}) {
        INFO(c.fps << " fps");
        test::write_speech(folder.path("s.wav"), c.seconds, c.rate, c.channels);
        const std::string out = folder.path("clip.mp4");
        const RunResult run = run_vasa(render_arguments(
            *portrait, folder.path("s.wav"), out, {"--fps", c.fps, "--force", "--json"}));
        INFO(run.err);
        REQUIRE(run.exit_code == 0);
        const nlohmann::json result = nlohmann::json::parse(run.out);
        CHECK(result["frames"] == c.frames);
        CHECK(result["driver"] == drive::driver_name(drive::default_driver()));
        CHECK(result["seconds"]["total"].get<double>() > 0.0);
        CHECK(result["peak_memory_bytes"].get<std::int64_t>() > 10'000'000);
        CHECK(count_frames(out) == c.frames);
        const media::VideoInfo info = media::probe_video(out);
        const double frame_s = 1.0 / info.fps.value();
        CHECK(info.width == 512);
        CHECK(info.height == 512);
        CHECK(info.video_codec == "h264");
        CHECK(info.audio_codec == "aac");
        CHECK(std::abs(info.duration_s - info.audio_duration_s) < frame_s);
        CHECK(info.duration_s == Approx(static_cast<double>(c.frames) * frame_s).margin(0.002));
        CHECK(info.metadata.at("com.vasa.driver") == drive::driver_name(drive::default_driver()));
        const std::vector<std::string> boxes = box_types(test::read_text(out));
        const auto moov = std::find(boxes.begin(), boxes.end(), "moov");
        CHECK(moov < std::find(boxes.begin(), boxes.end(), "mdat"));
    }
    CHECK(folder.names() == std::vector<std::string>{"clip.mp4", "s.wav"});
}

TEST_CASE("info reads back how a clip was made") {
    const auto portrait = find_portrait();
    if (!portrait) {
        return;
    }
    const TemporaryFolder folder;
    test::write_speech(folder.path("s.wav"), 0.2);
    const std::string out = folder.path("clip.mp4");
    REQUIRE(run_vasa(render_arguments(
                         *portrait, folder.path("s.wav"), out, {"--seed", "7", "--crf", "30"}))
                .exit_code == 0);
    const RunResult run = run_vasa({"info", out, "--json"});
    REQUIRE(run.exit_code == 0);
    const nlohmann::json info = nlohmann::json::parse(run.out);
    const nlohmann::json& tags = info["metadata"];
    CHECK(info["made_by_vasa"] == true);
    CHECK(tags["com.vasa.seed"] == "7");
    CHECK_THAT(tags["com.vasa.models"].get<std::string>(),
               Catch::Contains("head_model.safetensors:"));
    CHECK(nlohmann::json::parse(tags["com.vasa.settings"].get<std::string>())["crf"] == 30);
    CHECK(tags["com.iptc.digitalsourcetype"] ==
          "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia");
    CHECK_THAT(tags["com.vasa.source"].get<std::string>(), Catch::Contains("portrait="));
    CHECK_THAT(tags["comment"].get<std::string>(), Catch::Contains("generated"));
    CHECK_THAT(run.out, !Catch::Contains("/sample_data/"));
}

TEST_CASE("the same inputs and seed give the same bytes, another seed others") {
    const auto portrait = find_portrait();
    if (!portrait) {
        return;
    }
    const TemporaryFolder folder;
    test::write_speech(folder.path("s.wav"), 1.0);
    const auto bytes_of = [&](const std::string& name, const std::string& seed) {
        const RunResult run = run_vasa(render_arguments(*portrait,
                                                        folder.path("s.wav"),
                                                        folder.path(name),
                                                        {"--seed", seed, "--threads", "2"}));
        INFO(run.err);
        REQUIRE(run.exit_code == 0);
        return test::read_without_manifest(folder.path(name));
    };
    const std::string first = bytes_of("a.mp4", "1");
    CHECK((first == bytes_of("b.mp4", "1")));
    CHECK((first != bytes_of("c.mp4", "2")));
}

TEST_CASE("without a seed, a clip follows from what portrait and speech contain") {
    const auto portrait = find_portrait();
    if (!portrait) {
        return;
    }
    const TemporaryFolder folder;
    test::write_speech(folder.path("s.wav"), 1.0);
    test::write_speech(folder.path("other.wav"), 1.2);
    fs::copy_file(folder.path("s.wav"), folder.path("same.wav"));
    fs::copy_file(*portrait, folder.path("same.img"));
    REQUIRE(run_vasa({"encode",
                      "--image",
                      *portrait,
                      "--out",
                      folder.path("f.safetensors"),
                      "--models",
                      VASA_MODEL_DIR})
                .exit_code == 0);
    struct Clip {
        nlohmann::json seed;
        std::string bytes;
    };
    int num_clips = 0;
    const auto render = [&](const std::string& source,
                            const std::string& speech,
                            const std::vector<std::string>& more = {}) {
        const std::string out = folder.path(std::to_string(num_clips++) + ".mp4");
        std::vector<std::string> arguments = {"render",
                                              source,
                                              "--audio",
                                              folder.path(speech),
                                              "--out",
                                              out,
                                              "--models",
                                              VASA_MODEL_DIR,
                                              "--driver",
                                              "rules",
                                              "--decoder",
                                              "geometry",
                                              "--threads",
                                              "2",
                                              "--json"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const RunResult run = run_vasa(arguments);
        INFO(run.err);
        REQUIRE(run.exit_code == 0);
        const nlohmann::json seed = nlohmann::json::parse(run.out)["seed"];
        CHECK(media::probe_video(out).metadata.at("com.vasa.seed") == seed.dump());
        return Clip{seed, test::read_without_manifest(out)};
    };
    const Clip first = render("--image=" + *portrait, "s.wav");
    const Clip renamed = render("--image=" + folder.path("same.img"), "same.wav");
    CHECK(renamed.seed == first.seed);
    CHECK((renamed.bytes == first.bytes));
    CHECK(render("--face=" + folder.path("f.safetensors"), "s.wav").seed == first.seed);
    CHECK(render("--image=" + *portrait, "other.wav").seed != first.seed);
    // The seed that a clip names gives this clip again.
    const Clip again = render("--image=" + *portrait, "s.wav", {"--seed", first.seed.dump()});
    CHECK((again.bytes == first.bytes));
    const Clip other = render("--image=" + *portrait, "s.wav", {"--seed", "0"});
    CHECK(other.seed == 0);
    CHECK((other.bytes != first.bytes));
}

TEST_CASE("the portrait's expression is kept as far as was asked, after the first frame") {
    const auto portrait = find_portrait();
    if (!portrait) {
        return;
    }
    const TemporaryFolder folder;
    test::write_speech(folder.path("s.wav"), 0.6);
    const auto frames_with = [&](const std::string& keep) {
        const RunResult run = run_vasa({"render",
                                        "--image",
                                        *portrait,
                                        "--audio",
                                        folder.path("s.wav"),
                                        "--out",
                                        folder.path("%d.png"),
                                        "--models",
                                        VASA_MODEL_DIR,
                                        "--driver",
                                        "rules",
                                        "--decoder",
                                        "geometry",
                                        "--keep-expression",
                                        keep,
                                        "--force"});
        INFO(run.err);
        REQUIRE(run.exit_code == 0);
        return std::pair(media::load_image(folder.path("1.png")),
                         media::load_image(folder.path("15.png")));
    };
    const auto none = frames_with("0"), all = frames_with("1");
    // Two jobs have two watermarks, which differ by less.
    CHECK(core::psnr(none.first, all.first) > 43.0);
    CHECK(core::psnr(none.second, all.second) < 40.0);
}

TEST_CASE("a PNG sequence holds every frame, the same for any number of threads") {
    const auto portrait = find_portrait();
    if (!portrait) {
        return;
    }
    const TemporaryFolder folder;
    test::write_speech(folder.path("s.wav"), 0.2);
    // From a face code: encoding a portrait may depend on the number of threads, frames must not.
    const std::string face = folder.path("f.safetensors");
    REQUIRE(run_vasa({"encode", "--image", *portrait, "--out", face, "--models", VASA_MODEL_DIR})
                .exit_code == 0);
    const auto render_to = [&](const fs::path& frames, const std::string& threads) {
        return run_vasa({"render",
                         "--face",
                         face,
                         "--audio",
                         folder.path("s.wav"),
                         "--out",
                         (frames / "%05d.png").string(),
                         "--models",
                         VASA_MODEL_DIR,
                         "--threads",
                         threads});
    };
    std::vector<std::string> last;
    for (const std::string threads : {"1", "2", "64"}) {
        const fs::path frames = folder.folder() / ("frames" + threads);
        fs::create_directory(frames);
        const RunResult run = render_to(frames, threads);
        INFO(run.err);
        REQUIRE(run.exit_code == 0);
        const auto is_picture = [](const fs::directory_entry& entry) {
            return entry.path().extension() == ".png";  // not the manifest beside them
        };
        CHECK(std::count_if(fs::directory_iterator(frames), fs::directory_iterator(), is_picture) ==
              5);
        CHECK(media::load_image((frames / "00001.png").string()).width == 512);
        last.push_back(test::read_text((frames / "00005.png").string()));
    }
    CHECK((last[0] == last[1]));
    CHECK((last[0] == last[2]));
    const RunResult again = render_to(folder.folder() / "frames1", "2");
    CHECK(again.exit_code == 5);
    CHECK_THAT(again.err, Catch::Contains("exists already"));
}

TEST_CASE("animate writes motion that render plays, with and without sound") {
    const auto portrait = find_portrait();
    const TemporaryFolder folder;
    test::write_speech(folder.path("s.wav"), 0.5);
    const RunResult animate = run_vasa(
        {"animate", "--audio", folder.path("s.wav"), "--out", folder.path("m.csv"), "--json"});
    INFO(animate.err);
    REQUIRE(animate.exit_code == 0);
    CHECK(nlohmann::json::parse(animate.out)["frames"] == 13);
    if (!portrait) {
        return;
    }
    const RunResult silent = run_vasa({"render",
                                       "--image",
                                       *portrait,
                                       "--motion",
                                       folder.path("m.csv"),
                                       "--out",
                                       folder.path("m.mp4"),
                                       "--models",
                                       VASA_MODEL_DIR,
                                       "--json"});
    INFO(silent.err);
    REQUIRE(silent.exit_code == 0);
    CHECK(nlohmann::json::parse(silent.out)["driver"] == "file");
    CHECK(count_frames(folder.path("m.mp4")) == 13);
    CHECK(media::probe_video(folder.path("m.mp4")).audio_codec.empty());
    test::write_speech(folder.path("long.wav"), 1.0);
    const RunResult held = run_vasa(render_arguments(*portrait,
                                                     folder.path("long.wav"),
                                                     folder.path("h.mp4"),
                                                     {"--motion", folder.path("m.csv")}));
    CHECK(held.exit_code == 0);
    CHECK_THAT(held.err, Catch::Contains("warning") && Catch::Contains("--loop"));
    CHECK(count_frames(folder.path("h.mp4")) == 25);
}

TEST_CASE("a face code renders like its portrait") {
    const auto portrait = find_portrait();
    if (!portrait) {
        return;
    }
    const TemporaryFolder folder;
    test::write_speech(folder.path("s.wav"), 0.2);
    const RunResult encode = run_vasa({"encode",
                                       "--image",
                                       *portrait,
                                       "--out",
                                       folder.path("f.safetensors"),
                                       "--models",
                                       VASA_MODEL_DIR});
    INFO(encode.err);
    REQUIRE(encode.exit_code == 0);
    std::vector<core::ImageU8> frames;
    for (const std::string& source :
         {"--image=" + *portrait, "--face=" + folder.path("f.safetensors")}) {
        const RunResult run = run_vasa({"render",
                                        source,
                                        "--audio",
                                        folder.path("s.wav"),
                                        "--out",
                                        folder.path("%d.png"),
                                        "--models",
                                        VASA_MODEL_DIR,
                                        "--force"});
        INFO(run.err);
        REQUIRE(run.exit_code == 0);
        frames.push_back(media::load_image(folder.path("5.png")));
    }
    // The watermarks name two jobs.
    CHECK(core::psnr(frames[0], frames[1]) > 43.0);
}

TEST_CASE("silence is a warning") {
    const auto portrait = find_portrait();
    if (!portrait) {
        return;
    }
    const TemporaryFolder folder;
    test::write_silence(folder.path("s.wav"), 0.2);
    const RunResult run = run_vasa(
        render_arguments(*portrait, folder.path("s.wav"), folder.path("o.mp4"), {"--json"}));
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    CHECK_THAT(nlohmann::json::parse(run.out)["warnings"].dump(), Catch::Contains("silent"));
}

TEST_CASE("quiet speech is not called silent, and what is called so leaves the jaw still") {
    const TemporaryFolder folder;
    core::Rng rng(3);
    const auto animate = [&](double amplitude) {
        std::vector<std::int16_t> samples;
        for (int i = 0; i < 32000; ++i) {
            // Four bursts of noise a second.
            const double burst = std::pow(std::sin(i * 3.14159 / 4000), 2);
            samples.push_back(
                static_cast<std::int16_t>(std::lrint(amplitude * burst * rng.uniform(-1.0, 1.0))));
        }
        test::write_wav(folder.path("s.wav"), samples, 16000, 1);
        const RunResult run = run_vasa(
            {"animate", "--audio", folder.path("s.wav"), "--out", folder.path("m.csv"), "--force"});
        INFO(run.err);
        REQUIRE(run.exit_code == 0);
        return run.err;
    };
    CHECK_THAT(animate(100.0), !Catch::Contains("silent"));  // -50 dB
    CHECK_THAT(animate(2.0), Catch::Contains("silent"));     // dither
    for (const motion::MotionFrame& frame : motion::load_motion(folder.path("m.csv")).frames) {
        CHECK(frame.actions[head::Action::JawOpen] < 0.05F);
    }
}

TEST_CASE("track follows the face of a clip, frame by frame") {
    const auto portrait = find_portrait();
    if (!portrait) {
        return;
    }
    const TemporaryFolder folder;
    test::write_speech(folder.path("s.wav"), 1.0);
    REQUIRE(run_vasa(render_arguments(*portrait, folder.path("s.wav"), folder.path("o.mp4")))
                .exit_code == 0);
    const RunResult run = run_vasa({"track",
                                    "--video",
                                    folder.path("o.mp4"),
                                    "--out",
                                    folder.path("m.csv"),
                                    "--models",
                                    VASA_MODEL_DIR,
                                    "--json"});
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    const nlohmann::json result = nlohmann::json::parse(run.out);
    CHECK(result["frames"] == 25);
    CHECK(result["lost_frames"] == 0);
    CHECK(result["mean_fit_error"].get<double>() < 0.03);
}
