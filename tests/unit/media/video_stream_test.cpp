// SPDX-License-Identifier: Apache-2.0
#include "vasa/media/video_stream.h"

#include "support/test_folder.h"

#include "vasa/core/error.h"
#include "vasa/media/audio_file.h"
#include "vasa/media/sound_stream.h"
#include "vasa/media/video_file.h"

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::media;

namespace {

constexpr int kNumFrames = 50;

/// A grey frame, white from frame 25 on.
Yuv420Frame frame_at(int index) {
    Yuv420Frame frame(64, 64);
    std::fill(frame.data.begin(), frame.data.end(), std::uint8_t{128});
    std::fill_n(frame.data.begin(), 64 * 64, std::uint8_t(index < 25 ? 60 : 220));
    return frame;
}

/// Two seconds with a tone from 1 s on.
std::vector<float> sound_of(int index, int rate) {
    std::vector<float> samples;
    for (int i = index * rate / 25; i < (index + 1) * rate / 25; ++i) {
        samples.push_back(
            i < rate ? 0.0F : static_cast<float>(0.5 * std::sin(2 * M_PI * 440.0 * i / rate)));
    }
    return samples;
}

void write_stream(const StreamOptions& options, const std::vector<int>& left_out = {}) {
    VideoStream stream(64, 64, options);
    for (int i = 0; i < kNumFrames; ++i) {
        if (std::find(left_out.begin(), left_out.end(), i) == left_out.end()) {
            stream.write_frame(frame_at(i), i);
        }
        const std::vector<float> sound = sound_of(i, options.sample_rate);
        stream.write_sound(sound.data(), static_cast<std::int64_t>(sound.size()));
    }
    stream.finish();
}

/// First sample that is loud, seconds.
double onset_s(const AudioClip& sound) {
    for (std::int64_t i = 0; i < sound.num_frames(); ++i) {
        if (std::fabs(sound.samples[static_cast<std::size_t>(i * sound.channels)]) > 0.1F) {
            return static_cast<double>(i) / sound.sample_rate;
        }
    }
    return -1;
}

/// First frame that is bright, seconds.
double flash_s(const std::string& path) {
    VideoReader reader(path);
    core::ImageU8 rgb;
    for (int i = 0; reader.read(rgb); ++i) {
        if (rgb.data[0] > 150) {
            return i / reader.info().fps.value();
        }
    }
    return -1;
}

}  // namespace

TEST_CASE("a stream of any container keeps picture and sound together") {
    const TestFolder folder;
    for (const auto& [format, name] : {std::pair{StreamFormat::Mp4, "s.mp4"},
                                       std::pair{StreamFormat::MpegTs, "s.ts"},
                                       std::pair{StreamFormat::Flv, "s.flv"}}) {
        INFO(name);
        const std::string path = folder.path(name);
        std::ofstream file(path, std::ios::binary);
        StreamOptions options;
        options.format = format;
        options.target = name;
        options.write = [&](const std::uint8_t* bytes, std::size_t num_bytes) {
            file.write(reinterpret_cast<const char*>(bytes),
                       static_cast<std::streamsize>(num_bytes));
            return true;
        };
        write_stream(options);
        file.close();
        const VideoInfo info = probe_video(path);
        CHECK(info.num_frames == kNumFrames);
        CHECK(info.fps.value() == Approx(25.0));
        CHECK(info.video_codec == "h264");
        CHECK(info.audio_codec == "aac");
        const double difference_s = onset_s(load_audio(path)) - flash_s(path);
        CHECK(std::fabs(difference_s) < 0.04);  // less than a frame
    }
}

TEST_CASE("each frame leaves a stream as it comes") {
    for (const StreamFormat format : {StreamFormat::Mp4, StreamFormat::MpegTs}) {
        std::size_t num_bytes = 0;
        StreamOptions options;
        options.format = format;
        options.target = "stream";
        options.write = [&](const std::uint8_t*, std::size_t count) {
            num_bytes += count;
            return true;
        };
        VideoStream stream(64, 64, options);
        for (int i = 0; i < 10; ++i) {
            const std::size_t before = num_bytes;
            stream.write_frame(frame_at(i), i);
            CHECK(num_bytes > before);
        }
        stream.finish();
    }
}

TEST_CASE("frames that are left out of a stream do not move the others") {
    const TestFolder folder;
    const std::string path = folder.path("s.ts");
    std::ofstream file(path, std::ios::binary);
    StreamOptions options;
    options.write = [&](const std::uint8_t* bytes, std::size_t num_bytes) {
        file.write(reinterpret_cast<const char*>(bytes), static_cast<std::streamsize>(num_bytes));
        return true;
    };
    options.target = path;
    write_stream(options, {3, 4, 5, 20});
    file.close();
    CHECK(flash_s(path) == Approx(1.0).margin(0.001));
}

TEST_CASE("a stream whose reader is gone ends without an error") {
    StreamOptions options;
    options.target = "closed";
    int num_calls = 0;
    options.write = [&](const std::uint8_t*, std::size_t) { return ++num_calls < 3; };
    write_stream(options);
    CHECK(num_calls == 3);  // nothing more is given to it
}

TEST_CASE("the sound of a stream is read block by block to its end") {
    const TestFolder folder;
    const std::string path = folder.path("s.wav");
    AudioClip clip;
    clip.sample_rate = 22050;
    clip.channels = 2;
    for (int i = 0; i < 22050; ++i) {
        const auto value = static_cast<float>(0.5 * std::sin(0.05 * i));
        clip.samples.insert(clip.samples.end(), {value, -value});
    }
    save_wav(path, clip, false);
    SoundStream stream(path, [] { return false; });
    CHECK(stream.sample_rate() == 22050);
    CHECK(stream.channels() == 2);
    std::vector<float> samples;
    std::size_t num_blocks = 0;
    while (stream.read(samples)) {
        ++num_blocks;
    }
    CHECK(num_blocks > 3);
    REQUIRE(samples.size() == clip.samples.size());
    CHECK(std::fabs(samples[2001] - clip.samples[2001]) < 1e-3F);
}

TEST_CASE("playlists and missing addresses are no sound") {
    const TestFolder folder;
    std::ofstream(folder.path("list.m3u8")) << "#EXTM3U\n#EXTINF:1,\n/etc/passwd\n";
    for (const std::string& address :
         {folder.path("list.m3u8"), folder.path("none.wav"), std::string("concat:a.wav|b.wav")}) {
        INFO(address);
        CHECK_THROWS_AS(SoundStream(address, [] { return false; }), core::Error);
    }
}
