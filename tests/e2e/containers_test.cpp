// SPDX-License-Identifier: Apache-2.0
// The same clip in containers of all kinds: tracked and scored alike.
#include "program.h"
#include "studio.h"
#include "support/correlation.h"
#include "support/talking_motion.h"
#include "unit/media/media_writer.h"

#include "vasa/core/rng.h"
#include "vasa/media/audio_file.h"
#include "vasa/media/image_file.h"
#include "vasa/motion/motion_clip.h"

#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/catch.h"

using namespace vasa;
using test::run_vasa;
using test::RunResult;
using test::Studio;
using test::value;

namespace {

constexpr int kNumFrames = 75;
constexpr double kRate_hz = 25.0;

/// A clip of a face that opens its jaw with its sound, as frames and samples.
struct Clip {
    std::vector<core::ImageU8> frames;
    media::AudioClip sound{support::kTalkRate_hz, 1, {}};
};

Clip make_clip(Studio& studio) {
    core::Rng rng(5);
    const motion::MotionClip motion = support::make_talking_motion(kNumFrames, kNumFrames, rng);
    studio.render("base", motion);
    Clip clip;
    for (int i = 1; i <= kNumFrames; ++i) {
        char name[32];
        std::snprintf(name, sizeof name, "base/%05d.png", i);
        clip.frames.push_back(media::load_image(studio.path(name)));
    }
    for (const float sample : support::make_speech_of_jaw(motion, 0.3, rng)) {
        clip.sound.samples.push_back(sample);
    }
    return clip;
}

struct Wrapping {
    std::string name = "x.mkv", format = "matroska", sound_codec = "pcm_s16le";
    bool has_sound = true;
    std::function<bool(int)> has_picture = [](int) { return true; };
    std::function<bool(int)> has_sound_at = [](int) { return true; };  ///< by frame
    bool is_squeezed = false;                                          ///< to pixels of 4:3
};

std::string wrap(const Studio& studio, const Clip& clip, const Wrapping& how) {
    const std::string path = studio.path(how.name);
    MediaWriter::Video video;
    video.codec = "libx264";
    video.ticks_hz = 12800;
    video.interval_ticks = 512;
    video.width = how.is_squeezed ? 384 : 512;
    video.height = 512;
    video.aspect_num = how.is_squeezed ? 4 : 1;
    video.aspect_den = how.is_squeezed ? 3 : 1;
    MediaWriter::Sound sound;
    sound.codec = how.sound_codec;
    sound.sample_rate = clip.sound.sample_rate;
    MediaWriter writer(path, how.format, &video, how.has_sound ? &sound : nullptr);
    for (int i = 0; i < kNumFrames; ++i) {
        if (how.has_picture(i)) {
            writer.picture(clip.frames[static_cast<std::size_t>(i)], i / kRate_hz);
        }
        if (how.has_sound && how.has_sound_at(i)) {
            const auto begin = clip.sound.samples.begin() + i * support::kTalkFrameSamples;
            writer.sound({sound.sample_rate, 1, {begin, begin + support::kTalkFrameSamples}},
                         i / kRate_hz);
        }
    }
    writer.finish();
    return path;
}

nlohmann::json score(const std::string& path) {
    const RunResult run = run_vasa({"eval", path, "--models", VASA_MODEL_DIR, "--json"});
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    return nlohmann::json::parse(run.out);
}

std::vector<double> track_jaw(const Studio& studio, const std::string& path) {
    const std::string out = studio.path("track.csv");
    const RunResult run =
        run_vasa({"track", "--video", path, "--out", out, "--models", VASA_MODEL_DIR, "--force"});
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    const motion::MotionClip motion = motion::load_motion(out);
    CHECK(motion.fps.value() == kRate_hz);
    std::vector<double> jaw;
    for (const motion::MotionFrame& frame : motion.frames) {
        jaw.push_back(frame.actions.values[static_cast<int>(head::Action::JawOpen)]);
    }
    return jaw;
}

double mean(const std::vector<double>& values) {
    double sum = 0;
    for (const double v : values) {
        sum += v;
    }
    return sum / static_cast<double>(values.size());
}

}  // namespace

TEST_CASE("a clip is tracked and scored alike in every container") {
    const auto portrait = test::find_portrait();
    if (!portrait) {
        return;
    }
    Studio studio(*portrait);
    const Clip clip = make_clip(studio);
    const std::string plain = wrap(studio, clip, {});
    const nlohmann::json base = score(plain);
    const std::vector<double> jaw = track_jaw(studio, plain);
    REQUIRE(jaw.size() == kNumFrames);
    const auto check_like_base = [&](const std::string& path) {
        CAPTURE(path);
        const nlohmann::json scores = score(path);
        CHECK(value(scores, "lip_sync_offset") == value(base, "lip_sync_offset"));
    };
    Wrapping late{"late.mp4", "mp4", "aac"};
    late.has_sound_at = [](int i) { return i >= 12; };
    check_like_base(wrap(studio, clip, late));
    Wrapping gap{"gap.mkv"};
    gap.has_sound_at = [](int i) { return i < 20 || i >= 30; };
    check_like_base(wrap(studio, clip, gap));
    Wrapping stream{"late.ts", "mpegts", "aac"};
    stream.has_picture = [](int i) { return i >= 10; };
    check_like_base(wrap(studio, clip, stream));

    Wrapping dropped{"dropped.mp4", "mp4", "aac"};
    dropped.has_picture = [](int i) { return i < 20 || i >= 50 || i % 3 == 0; };
    const std::string dropped_path = wrap(studio, clip, dropped);
    check_like_base(dropped_path);
    const std::vector<double> dropped_jaw = track_jaw(studio, dropped_path);
    REQUIRE(dropped_jaw.size() == jaw.size());
    CHECK(test::correlation(dropped_jaw, jaw) > 0.75);

    Wrapping squeezed{"squeezed.mp4", "mp4", "aac"};
    squeezed.is_squeezed = true;
    CHECK(mean(track_jaw(studio, wrap(studio, clip, squeezed))) == Approx(mean(jaw)).epsilon(0.1));
}

TEST_CASE("eval says which scores a clip cannot have, and why") {
    const auto portrait = test::find_portrait();
    if (!portrait) {
        return;
    }
    Studio studio(*portrait);
    Clip clip = make_clip(studio);
    Wrapping mute{"mute.mp4", "mp4"};
    mute.has_sound = false;
    const std::string path = wrap(studio, clip, mute);
    const nlohmann::json scores = score(path);
    CHECK_FALSE(scores["scores"].contains("expert_offset"));
    CHECK_THAT(scores["missing"]["expert_offset"].get<std::string>(), Catch::Contains("no sound"));
    CHECK_THAT(scores["missing"]["self_psnr"].get<std::string>(), Catch::Contains("--image"));
    CHECK_FALSE(scores["missing"].contains("mouth_mean"));
    const RunResult text = run_vasa({"eval", path, "--models", VASA_MODEL_DIR});
    CHECK_THAT(text.out, Catch::Contains("without") && Catch::Contains("no sound"));
    std::fill(clip.sound.samples.begin(), clip.sound.samples.end(), 0.0F);
    const nlohmann::json silent = score(wrap(studio, clip, {}));
    CHECK_THAT(silent["missing"]["lip_sync_corr"].get<std::string>(), Catch::Contains("silent"));
}

TEST_CASE("motion from a video keeps its place in the video's own sound") {
    const auto portrait = test::find_portrait();
    if (!portrait) {
        return;
    }
    Studio studio(*portrait);
    const Clip clip = make_clip(studio);
    Wrapping late{"late.mp4", "mp4", "aac"};
    late.has_sound_at = [](int i) { return i >= 12; };
    const std::string path = wrap(studio, clip, late);
    track_jaw(studio, path);
    const RunResult run = run_vasa({"render",
                                    "--image",
                                    *portrait,
                                    "--audio",
                                    path,
                                    "--motion",
                                    studio.path("track.csv"),
                                    "--decoder",
                                    "geometry",
                                    "--out",
                                    studio.path("again.MP4"),
                                    "--models",
                                    VASA_MODEL_DIR});
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    CHECK(std::abs(value(score(studio.path("again.MP4")), "lip_sync_offset")) <= 1);
}
