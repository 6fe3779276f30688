// SPDX-License-Identifier: Apache-2.0
// Sound and pictures of a file share one clock, whatever its time stamps.
#include "image_writers.h"
#include "log_lines.h"
#include "media_writer.h"
#include "support/test_folder.h"
#include "video_support.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::media;

namespace {

constexpr double kRate_hz = 25.0;
constexpr int kRate = 48000;
/// Picture and sound change together here.
constexpr int kEventFrame = 50;

/// Silence, and a tone from the event on. @param begin_s, end_s  part that is asked for
AudioClip event_sound(double begin_s, double end_s) {
    AudioClip clip{kRate, 1, {}};
    for (auto i = std::llround(begin_s * kRate); i < std::llround(end_s * kRate); ++i) {
        const double time_s = static_cast<double>(i) / kRate;
        clip.samples.push_back(time_s < kEventFrame / kRate_hz
                                   ? 0.0F
                                   : static_cast<float>(0.5 * std::sin(2 * kPi * 440.0 * time_s)));
    }
    return clip;
}

/// Time at which the tone begins.
double tone_begin_s(const AudioClip& clip) {
    const auto loud = std::find_if(
        clip.samples.begin(), clip.samples.end(), [](float s) { return std::fabs(s) > 0.1F; });
    return static_cast<double>(loud - clip.samples.begin()) / clip.channels / clip.sample_rate;
}

struct Frames {
    std::vector<int> numbers;
    std::vector<bool> repeats;
    core::Rational fps;

    /// Time of the first frame that shows the event.
    double event_s() const {
        const auto event =
            std::find_if(numbers.begin(), numbers.end(), [](int n) { return n >= kEventFrame; });
        return static_cast<double>(event - numbers.begin()) / fps.value();
    }
};

Frames read_frames(const std::string& path) {
    VideoReader reader(path);
    Frames frames;
    frames.fps = reader.info().fps;
    core::ImageU8 image;
    while (reader.read(image)) {
        frames.numbers.push_back(read_frame_number(image));
        frames.repeats.push_back(reader.is_repeat());
    }
    CHECK(static_cast<std::int64_t>(frames.numbers.size()) == reader.info().num_frames);
    return frames;
}

struct Recipe {
    std::string format = "matroska";
    MediaWriter::Video video;
    MediaWriter::Sound sound;
    /// Time of a picture; below 0 = left out.
    std::function<double(int)> picture_time_s = [](int i) { return i / kRate_hz; };
    double sound_begin_s = 0.0;
    double gap_begin_s = 0.0, gap_end_s = 0.0;  ///< of the sound
    int num_pictures = 100;
};

void write(const std::string& path, const Recipe& recipe) {
    MediaWriter writer(path, recipe.format, &recipe.video, &recipe.sound);
    for (int i = 0; i < recipe.num_pictures; ++i) {
        const double time_s = recipe.picture_time_s(i);
        if (time_s >= 0) {
            writer.picture(make_test_frame(recipe.video.width, recipe.video.height, i), time_s);
        }
        // In pieces, so that the streams are interleaved.
        const double begin_s = std::max(i / kRate_hz, recipe.sound_begin_s);
        const double end_s = (i + 1) / kRate_hz;
        const bool is_in_gap = begin_s >= recipe.gap_begin_s && begin_s < recipe.gap_end_s;
        if (begin_s < end_s && !is_in_gap) {
            writer.sound(event_sound(begin_s, end_s), begin_s);
        }
    }
    writer.finish();
}

void check_in_sync(const std::string& path, double tolerance_s = 0.021) {
    const double sound_s = tone_begin_s(load_audio(path));
    CHECK(std::fabs(read_frames(path).event_s() - sound_s) <= tolerance_s);
}

}  // namespace

TEST_CASE("sound that begins after the pictures keeps its place", "[media]") {
    for (const char* format : {"matroska", "mp4", "mpegts"}) {
        CAPTURE(format);
        const TestFolder folder;
        Recipe recipe;
        recipe.format = format;
        recipe.sound.codec = "aac";
        recipe.sound_begin_s = 0.48;
        write(folder / "x", recipe);
        const AudioClip sound = load_audio(folder / "x");
        CHECK(tone_begin_s(sound) == Approx(kEventFrame / kRate_hz).margin(0.005));
        CHECK(sound.duration_s() == Approx(4.0).margin(0.05));
        CHECK(read_frames(folder / "x").numbers.size() == 100);
        check_in_sync(folder / "x");
    }
}

TEST_CASE("pictures that begin after the sound keep their place, no sound is lost", "[media]") {
    for (const char* format : {"matroska", "mpegts"}) {
        CAPTURE(format);
        const TestFolder folder;
        Recipe recipe;
        recipe.format = format;
        recipe.sound.codec = "mp2";
        recipe.picture_time_s = [](int i) { return i < 12 ? -1.0 : i / kRate_hz; };
        write(folder / "x", recipe);
        const AudioClip sound = load_audio(folder / "x");
        CHECK(sound.duration_s() == Approx(4.0).margin(0.06));
        const Frames frames = read_frames(folder / "x");
        CHECK(std::abs(static_cast<int>(frames.numbers.size()) - 100) <= 1);
        CHECK(frames.numbers.front() == 12);
        CHECK(frames.numbers[5] == 12);
        check_in_sync(folder / "x", 0.041);  // the encoder's delay of 10 ms comes on top
    }
}

TEST_CASE("gaps in the time stamps of sound are silence", "[media]") {
    for (const char* format : {"matroska", "mp4", "mpegts"}) {
        CAPTURE(format);
        const TestFolder folder;
        Recipe recipe;
        recipe.format = format;
        recipe.sound.codec = format == std::string("matroska") ? "pcm_s16le" : "mp2";
        recipe.gap_begin_s = 0.6;
        recipe.gap_end_s = 1.08;
        write(folder / "x", recipe);
        const AudioClip sound = load_audio(folder / "x");
        CHECK(tone_begin_s(sound) == Approx(kEventFrame / kRate_hz).margin(0.03));
        CHECK(sound.duration_s() == Approx(4.0).margin(0.06));
        check_in_sync(folder / "x", 0.041);
    }
    // Sound alone, too.
    const TestFolder folder;
    const MediaWriter::Sound pcm;
    MediaWriter writer(folder / "x.mka", "matroska", nullptr, &pcm);
    writer.sound(event_sound(0, 0.5), 0);
    writer.sound(event_sound(1.0, 3.0), 1.0);
    writer.finish();
    CHECK(tone_begin_s(load_audio(folder / "x.mka")) == Approx(2.0).margin(0.003));
}

TEST_CASE("time stamps that jitter do not cut the sound", "[media]") {
    const TestFolder folder;
    const MediaWriter::Sound pcm;
    MediaWriter writer(folder / "x.mka", "matroska", nullptr, &pcm);
    for (int i = 0; i < 100; ++i) {
        const double begin_s = i * 0.02;
        writer.sound(make_sine(kRate, 1, kRate / 50, 500.0, 0.5), begin_s + i % 3 * 0.005);
    }
    writer.finish();
    const AudioClip clip = load_audio(folder / "x.mka");
    REQUIRE(clip.num_frames() == 2 * kRate);
    CHECK(measure_tone(clip.samples, kRate, 500.0, kRate / 10, kRate * 19 / 10).amplitude ==
          Approx(0.5).epsilon(0.01));
}

TEST_CASE("pictures of a variable rate are shown at a constant one, at their times", "[media]") {
    const TestFolder folder;
    Recipe recipe;
    recipe.format = "mp4";
    recipe.video.ticks_hz = 12800;
    recipe.video.interval_ticks = 512;
    recipe.sound.codec = "aac";
    // An encoder that drops three of four pictures for a while.
    recipe.picture_time_s = [](int i) {
        return i >= 20 && i < 60 && i % 4 != 0 ? -1.0 : i / kRate_hz;
    };
    write(folder / "x.mp4", recipe);
    const Frames frames = read_frames(folder / "x.mp4");
    CHECK(frames.fps.value() == kRate_hz);
    REQUIRE(frames.numbers.size() == 100);
    for (int i = 0; i < 100; ++i) {
        CAPTURE(i);
        const bool is_dropped = i >= 20 && i < 60 && i % 4 != 0;
        CHECK(frames.numbers[static_cast<std::size_t>(i)] == (is_dropped ? i - i % 4 : i));
        CHECK(frames.repeats[static_cast<std::size_t>(i)] == is_dropped);
    }
    CHECK(probe_video(folder / "x.mp4").duration_s == Approx(4.0));
}

TEST_CASE("a browser's recording has a rate, a length and sound", "[media]") {
    const TestFolder folder;
    Recipe recipe;
    recipe.format = "webm";
    recipe.video.codec = "libvpx";
    recipe.sound.codec = "libopus";
    // Times in milliseconds that jitter by most of a frame, some pictures missing.
    recipe.picture_time_s = [](int i) {
        return i % 7 == 3 ? -1.0 : i / kRate_hz + (i * 2654435761U >> 20) % 30 * 0.001;
    };
    write(folder / "x.webm", recipe);
    const VideoInfo info = probe_video(folder / "x.webm");
    CHECK(info.fps.value() >= 20.0);
    CHECK(info.fps.value() <= 30.0);
    CHECK(info.duration_s == Approx(4.0).margin(0.1));
    CHECK(info.audio_codec == "opus");
    CHECK(load_audio(folder / "x.webm").duration_s() == Approx(4.0).margin(0.05));
    check_in_sync(folder / "x.webm", 0.06);
}

TEST_CASE("a transport stream may be cut anywhere and joined", "[media]") {
    const TestFolder folder;
    Recipe recipe;
    recipe.format = "mpegts";
    recipe.video.codec = "libx264";
    recipe.video.ticks_hz = 90000;
    recipe.video.interval_ticks = 3600;
    recipe.sound.codec = "mp2";
    write(folder / "whole.ts", recipe);
    check_in_sync(folder / "whole.ts");
    const Bytes whole = core::read_file(folder / "whole.ts", 1 << 24);
    const LogLines log;
    for (const int percent : {7, 13, 21, 29}) {
        CAPTURE(percent);
        const auto begin = static_cast<long>(whole.size() * static_cast<unsigned>(percent) / 100);
        const auto end = static_cast<long>(whole.size() * 94 / 100);
        write_bytes(folder / "cut.ts", Bytes(whole.begin() + begin, whole.begin() + end));
        check_in_sync(folder / "cut.ts", 0.041);
        CHECK(read_frames(folder / "cut.ts").numbers.size() > 50);
    }
    Bytes joined = whole;
    joined.insert(joined.end(), whole.begin(), whole.end());
    write_bytes(folder / "joined.ts", joined);
    const AudioClip sound = load_audio(folder / "joined.ts");
    CHECK(sound.duration_s() == Approx(8.0).margin(0.15));
    const Frames frames = read_frames(folder / "joined.ts");
    CHECK(std::abs(static_cast<int>(frames.numbers.size()) - 200) <= 3);
    // The event of the second part: the numbers begin anew.
    AudioClip second = sound;
    second.samples.erase(second.samples.begin(), second.samples.begin() + 5 * kRate);
    Frames later = frames;
    later.numbers.erase(later.numbers.begin(), later.numbers.begin() + 125);
    CHECK(later.event_s() == Approx(tone_begin_s(second)).margin(0.041));
}

TEST_CASE("a transport stream with damage in its middle is an input error", "[media]") {
    const TestFolder folder;
    Recipe recipe;
    recipe.format = "mpegts";
    recipe.sound.codec = "mp2";
    write(folder / "whole.ts", recipe);
    Bytes bytes = core::read_file(folder / "whole.ts", 1 << 24);
    for (std::size_t i = bytes.size() / 3; i < bytes.size() / 2; ++i) {
        bytes[i] = i % 188 < 8 ? bytes[i] : static_cast<std::uint8_t>(i * 2654435761U >> 11);
    }
    write_bytes(folder / "x.ts", bytes);
    CHECK_THROWS_AS(read_frames(folder / "x.ts"), core::Error);
}

TEST_CASE("padding stated in every packet of a stream without gaps is not dropped", "[media]") {
    const TestFolder folder;
    Recipe recipe;
    recipe.format = "webm";
    recipe.video.codec = "libvpx";
    recipe.sound.codec = "libopus";
    recipe.sound.stated_padding = 900;
    write(folder / "x.webm", recipe);
    const AudioClip clip = load_audio(folder / "x.webm");
    CHECK(clip.duration_s() == Approx(4.0).margin(0.05));
    CHECK(measure_tone(clip.samples, kRate, 440.0, kRate * 5 / 2, kRate * 7 / 2).amplitude ==
          Approx(0.5).epsilon(0.05));
}

TEST_CASE("pixels that are not square are shown square", "[media]") {
    for (const bool is_wide : {true, false}) {
        const TestFolder folder;
        Recipe recipe;
        recipe.format = "mp4";
        recipe.sound.codec = "aac";
        recipe.video.aspect_num = is_wide ? 4 : 3;
        recipe.video.aspect_den = is_wide ? 3 : 4;
        recipe.num_pictures = 5;
        write(folder / "x.mp4", recipe);
        VideoReader reader(folder / "x.mp4");
        core::ImageU8 image;
        REQUIRE(reader.read(image));
        CHECK(image.width == (is_wide ? 85 : 64));
        CHECK(image.height == (is_wide ? 48 : 64));
        CHECK(reader.info().width == image.width);
        CHECK(reader.info().height == image.height);
        CHECK(read_frame_number(image) == 0);
    }
}

TEST_CASE("a still picture with long sound gives its sound; as a video it is an error", "[media]") {
    const TestFolder folder;
    MediaWriter::Video video;
    MediaWriter::Sound sound;
    sound.codec = "aac";
    MediaWriter writer(folder / "x.mp4", "mp4", &video, &sound);
    writer.picture(make_test_frame(64, 48, 0), 0);
    writer.picture(make_test_frame(64, 48, 1), 90.0);
    writer.sound(make_sine(kRate, 1, 91 * kRate, 440.0, 0.5), 0);
    writer.finish();
    CHECK(load_audio(folder / "x.mp4").duration_s() == Approx(91.0).margin(0.05));
    CHECK_THROWS_AS(read_frames(folder / "x.mp4"), core::Error);
}
