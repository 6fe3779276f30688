// SPDX-License-Identifier: Apache-2.0
#include "vasa/media/video_file.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

extern "C" {
#include <libavformat/avformat.h>
}

#include "support/test_folder.h"
#include "video_support.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"

#include "support/catch.h"

using namespace vasa;
using namespace vasa::media;

namespace {

std::size_t find_bytes(const std::string& path, const std::string& text) {
    const auto bytes = core::read_file(path, 1 << 26);
    const auto found = std::search(bytes.begin(), bytes.end(), text.begin(), text.end());
    return found == bytes.end() ? std::string::npos
                                : static_cast<std::size_t>(found - bytes.begin());
}

VideoOptions options_at(const core::Rational& fps) {
    VideoOptions options;
    options.fps = fps;
    options.preset = "ultrafast";
    options.threads = 1;
    return options;
}

double mean_difference(const core::ImageU8& a, const core::ImageU8& b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.data.size(); ++i) {
        sum += std::abs(a.data[i] - b.data[i]);
    }
    return sum / static_cast<double>(a.data.size());
}

}  // namespace

TEST_CASE("frames, rate and durations survive, at whole and broadcast rates", "[media]") {
    for (const core::Rational& fps : {core::Rational{25, 1},
                                      core::Rational{30000, 1001},
                                      core::Rational{24000, 1001},
                                      core::Rational{60, 1},
                                      core::Rational{25, 2}}) {
        for (const std::string preset : {"ultrafast", "medium"}) {  // without and with B-frames
            CAPTURE(core::to_string(fps), preset);
            const TestFolder folder;
            const std::string path = folder / "clip.mp4";
            VideoOptions options = options_at(fps);
            options.preset = preset;
            const std::int64_t num_samples = 16000 * 2 + 777;
            const int num_frames = write_test_clip(path, options, 16000, 1, num_samples);
            CHECK(folder.num_files() == 1);
            const VideoInfo info = probe_video(path);
            CHECK(info.width == 64);
            CHECK(info.height == 48);
            CHECK(info.fps.num == fps.num);
            CHECK(info.fps.den == fps.den);
            CHECK(info.video_codec == "h264");
            CHECK(info.audio_codec == "aac");
            CHECK(info.duration_s == Approx(num_frames / fps.value()).epsilon(1e-9));
            CHECK(info.audio_duration_s == Approx(num_samples / 16000.0).epsilon(1e-9));
            CHECK(std::abs(info.duration_s - info.audio_duration_s) < 1.0 / fps.value());
            VideoReader reader(path);
            core::ImageU8 image;
            int count = 0;
            while (reader.read(image)) {
                REQUIRE(read_frame_number(image) == count);
                ++count;
            }
            CHECK(count == num_frames);
            CHECK_FALSE(reader.read(image));
        }
    }
}

TEST_CASE("pixels survive but for the compression", "[media]") {
    const TestFolder folder;
    VideoOptions options = options_at({25, 1});
    options.crf = 5;
    write_test_clip(folder / "clip.mp4", options, 16000, 1, 16000);
    VideoReader reader(folder / "clip.mp4");
    core::ImageU8 image;
    for (int i = 0; reader.read(image); ++i) {
        REQUIRE(image.width == 64);
        REQUIRE(image.height == 48);
        const core::ImageU8 expected = make_test_frame(64, 48, i);
        CHECK(mean_difference(image, expected) < 4.0);
        // A flat part away from edges, where colour conversion errors are visible.
        const std::uint8_t* p = image.at(20, 30);
        const std::uint8_t* q = expected.at(20, 30);
        CHECK(std::abs(p[1] - q[1]) <= 3);
        CHECK(std::abs(p[2] - q[2]) <= 4);
    }
}

TEST_CASE("the sound has the right length, level and place in time", "[media]") {
    for (const int rate : {16000, 22050, 44100, 48000, 20000, 96000}) {
        for (const int channels : {1, 2}) {
            CAPTURE(rate, channels);
            const TestFolder folder;
            const std::int64_t num_samples = rate * 3 / 2 + 123;
            write_test_clip(folder / "clip.mp4", options_at({25, 1}), rate, channels, num_samples);
            const AudioClip sound = load_audio(folder / "clip.mp4");
            CHECK(sound.channels == channels);
            CHECK(sound.sample_rate == (rate == 20000 ? 48000 : rate));
            const std::int64_t expected = rate == 20000 ? num_samples * 12 / 5 : num_samples;
            CHECK(std::abs(sound.num_frames() - expected) <= (rate == 20000 ? 1 : 0));
            AudioClip first{sound.sample_rate, 1, {}};
            for (std::size_t i = 0; i < sound.samples.size();
                 i += static_cast<std::size_t>(channels)) {
                first.samples.push_back(sound.samples[i]);
            }
            const auto second = static_cast<std::size_t>(sound.sample_rate);
            const Tone tone = measure_tone(
                first.samples, sound.sample_rate, 440.0, second / 10, second * 11 / 10);
            CHECK(tone.amplitude == Approx(0.5).epsilon(0.03));
            CHECK(std::abs(tone.delay_s) < 1e-4);
        }
    }
}

TEST_CASE("every channel of a recording keeps its band", "[media]") {
    for (const int channels : {3, 4, 5, 7}) {
        CAPTURE(channels);
        const TestFolder folder;
        VideoWriter writer(folder / "x.mp4", 64, 48, 48000, channels, options_at({25, 1}));
        AudioClip clip{
            48000, channels, std::vector<float>(96000 * static_cast<std::size_t>(channels))};
        const auto tone_hz = [](int channel) { return 500.0 + 250.0 * channel; };
        for (std::size_t i = 0; i < clip.samples.size(); ++i) {
            const auto channel = static_cast<int>(i) % channels;
            const double time_s = static_cast<double>(i) / channels / 48000;
            clip.samples[i] =
                static_cast<float>(0.3 * std::sin(2 * kPi * tone_hz(channel) * time_s));
        }
        writer.write_audio(clip.samples.data(), clip.num_frames());
        for (int i = 0; i < 50; ++i) {
            write_test_frame(writer, 64, 48, i);
        }
        writer.finish();
        const AudioClip back = load_audio(folder / "x.mp4");
        REQUIRE(back.channels == channels);
        for (int tone = 0; tone < channels; ++tone) {
            // The order of channels is the container's; each tone is in one of them.
            double loudest = 0.0;
            for (int channel = 0; channel < channels; ++channel) {
                std::vector<float> samples;
                for (std::int64_t i = 0; i < back.num_frames(); ++i) {
                    samples.push_back(
                        back.samples[static_cast<std::size_t>(i * channels + channel)]);
                }
                loudest = std::max(
                    loudest, measure_tone(samples, 48000, tone_hz(tone), 9600, 81600).amplitude);
            }
            CHECK(loudest == Approx(0.3).epsilon(0.2));
        }
    }
}

TEST_CASE("container tags survive, whatever their keys", "[media]") {
    const TestFolder folder;
    VideoOptions options = options_at({25, 1});
    options.metadata = {{"title", "a title"},
                        {"vasa.seed", "42"},
                        {"com.example.Any Key", "{\"json\": [1, 2], \"text\": \"ä ö 漢\"}"},
                        {"comment", std::string(5000, 'c')}};
    write_test_clip(folder / "clip.mp4", options, 16000, 1, 0);
    const VideoInfo info = probe_video(folder / "clip.mp4");
    for (const auto& [key, value] : options.metadata) {
        CAPTURE(key);
        REQUIRE(info.metadata.count(key) == 1);
        CHECK(info.metadata.at(key) == value);
    }
    CHECK(info.audio_codec.empty());
    CHECK(info.audio_duration_s == 0.0);
}

TEST_CASE("the stream is tagged BT.709 limited 4:2:0 and the index comes first", "[media]") {
    const TestFolder folder;
    const std::string path = folder / "clip.mp4";
    write_test_clip(path, options_at({25, 1}), 16000, 1, 16000);
    CHECK(find_bytes(path, "ftyp") == 4);
    CHECK(find_bytes(path, "moov") < find_bytes(path, "mdat"));
    AVFormatContext* context = nullptr;
    REQUIRE(avformat_open_input(&context, path.c_str(), nullptr, nullptr) == 0);
    REQUIRE(avformat_find_stream_info(context, nullptr) >= 0);
    const AVCodecParameters& video = *context->streams[0]->codecpar;
    CHECK(video.codec_type == AVMEDIA_TYPE_VIDEO);
    CHECK(video.format == AV_PIX_FMT_YUV420P);
    CHECK(video.color_range == AVCOL_RANGE_MPEG);
    CHECK(video.color_primaries == AVCOL_PRI_BT709);
    CHECK(video.color_trc == AVCOL_TRC_BT709);
    CHECK(video.color_space == AVCOL_SPC_BT709);
    CHECK(context->streams[0]->start_time == 0);
    CHECK(context->streams[1]->start_time == 0);
    avformat_close_input(&context);
}

TEST_CASE("equal input gives equal bytes", "[media]") {
    const TestFolder folder;
    write_test_clip(folder / "a.mp4", options_at({25, 1}), 16000, 1, 16000);
    write_test_clip(folder / "b.mp4", options_at({25, 1}), 16000, 1, 16000);
    CHECK(core::read_file(folder / "a.mp4", 1 << 24) == core::read_file(folder / "b.mp4", 1 << 24));
}

TEST_CASE("a writer that is not finished leaves nothing and spares the old file", "[media]") {
    const TestFolder folder;
    const std::string path = folder / "clip.mp4";
    core::write_file_atomic(path, "old", false);
    VideoOptions options = options_at({25, 1});
    CHECK_THROWS_AS(VideoWriter(path, 64, 48, 0, 0, options), core::Error);
    options.overwrite = true;
    {
        VideoWriter writer(path, 64, 48, 16000, 1, options);
        for (int i = 0; i < 30; ++i) {
            write_test_frame(writer, 64, 48, i);
        }
        const std::vector<float> sound(16000);
        writer.write_audio(sound.data(), 16000);
    }
    CHECK(folder.num_files() == 1);
    CHECK(core::read_file(path, 10).size() == 3);
    {
        VideoWriter empty(path, 64, 48, 16000, 1, options);
        CHECK_THROWS_AS(empty.finish(), core::Error);
    }
    CHECK(folder.num_files() == 1);
    write_test_clip(path, options, 16000, 1, 16000);
    CHECK(probe_video(path).width == 64);
    CHECK(folder.num_files() == 1);
}

TEST_CASE("sound far ahead of or behind the frames is interleaved all the same", "[media]") {
    const TestFolder folder;
    const AudioClip sound = make_sine(16000, 1, 16000 * 30, 440.0, 0.5);
    for (const bool sound_first : {true, false}) {
        VideoOptions options = options_at({25, 1});
        options.overwrite = true;
        VideoWriter writer(folder / "clip.mp4", 64, 48, 16000, 1, options);
        if (sound_first) {
            writer.write_audio(sound.samples.data(), sound.num_frames());
        }
        for (int i = 0; i < 750; ++i) {
            write_test_frame(writer, 64, 48, i);
        }
        if (!sound_first) {
            writer.write_audio(sound.samples.data(), sound.num_frames());
        }
        writer.finish();
        const VideoInfo info = probe_video(folder / "clip.mp4");
        CHECK(info.duration_s == Approx(30.0));
        CHECK(info.audio_duration_s == Approx(30.0).margin(1e-4));
    }
}

TEST_CASE("bad options are usage errors that name the option", "[media]") {
    const TestFolder folder;
    const auto message = [&](auto change, int width = 64, int height = 48, int channels = 1) {
        VideoOptions options = options_at({25, 1});
        change(options);
        try {
            VideoWriter writer(folder / "x.mp4", width, height, 16000, channels, options);
        } catch (const core::Error& error) {
            CHECK(error.kind() == core::ErrorKind::Usage);
            return std::string(error.what());
        }
        return std::string("no error");
    };
    const auto has = [](const std::string& text, const std::string& word) {
        return text.find(word) != std::string::npos;
    };
    CHECK(has(message([](VideoOptions& o) { o.crf = 52; }), "crf"));
    CHECK(has(message([](VideoOptions& o) { o.crf = -1; }), "crf"));
    CHECK(has(message([](VideoOptions& o) { o.fps = {0, 1}; }), "fps"));
    CHECK(has(message([](VideoOptions& o) { o.fps = {1000, 1}; }), "fps"));
    CHECK(has(message([](VideoOptions& o) { o.threads = -1; }), "threads"));
    CHECK(has(message([](VideoOptions& o) { o.audio_bitrate = 1; }), "audio_bitrate"));
    CHECK(has(message([](VideoOptions& o) { o.codec = "libx999"; }), "libx999"));
    CHECK(has(message([](VideoOptions& o) { o.codec = "aac"; }), "aac"));
    CHECK(has(message([](VideoOptions& o) { o.preset = "warp"; }), "warp"));
    CHECK(has(message([](VideoOptions& o) { o.metadata[""] = "x"; }), "metadata"));
    CHECK(has(message([](VideoOptions&) {}, 63, 48), "even"));
    CHECK(has(message([](VideoOptions&) {}, 0, 48), "width"));
    CHECK(has(message([](VideoOptions&) {}, 64, 100000), "height"));
    CHECK(has(message([](VideoOptions&) {}, 64, 48, 9), "channels"));
    CHECK(folder.num_files() == 0);
}

TEST_CASE("frames of another size and sound without a stream are errors", "[media]") {
    const TestFolder folder;
    VideoWriter writer(folder / "x.mp4", 64, 48, 0, 0, options_at({25, 1}));
    CHECK_THROWS_AS(writer.write_frame(Yuv420Frame(32, 48)), core::Error);
    const float sample = 0.0f;
    CHECK_THROWS_AS(writer.write_audio(&sample, 1), core::Error);
    write_test_frame(writer, 64, 48, 0);
    writer.finish();
    CHECK_THROWS_AS(writer.finish(), core::Error);
    CHECK_THROWS_AS(writer.write_frame(Yuv420Frame(64, 48)), core::Error);
}

TEST_CASE("an unwritable target is an output error", "[media]") {
    try {
        VideoWriter writer("/nonexistent/x.mp4", 64, 48, 0, 0, options_at({25, 1}));
        FAIL("no error");
    } catch (const core::Error& error) {
        CHECK(error.kind() == core::ErrorKind::Output);
    }
}

TEST_CASE("libx264 is among the usable encoders", "[media]") {
    const CodecInfo info = codec_info();
    CHECK_FALSE(info.libav_version.empty());
    CHECK(std::count(info.h264_encoders.begin(), info.h264_encoders.end(), "libx264") == 1);
}
