// SPDX-License-Identifier: Apache-2.0
// Sounds whose containers estimate their length, or state it wrongly.
#include "image_writers.h"
#include "log_lines.h"
#include "media_writer.h"
#include "sound_support.h"
#include "support/test_folder.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"

#include <algorithm>
#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::media;

namespace {

constexpr double kFirst_s = 1.2, kSecond_s = 2.0;
constexpr double kFirst_hz = 440.0, kSecond_hz = 700.0;

AudioClip tone(int sample_rate, int channels, double duration_s, double frequency_hz) {
    return make_sine(sample_rate,
                     channels,
                     static_cast<std::int64_t>(duration_s * sample_rate),
                     frequency_hz,
                     0.5);
}

Bytes encoded(const TestFolder& folder,
              const std::string& format,
              const MediaWriter::Sound& sound,
              double duration_s,
              double frequency_hz,
              const std::map<std::string, std::string>& options = {}) {
    const std::string path = folder / "part";
    MediaWriter writer(path, format, nullptr, &sound, options);
    writer.sound(tone(sound.sample_rate, sound.channels, duration_s, frequency_hz), 0);
    writer.finish();
    return core::read_file(path, 1 << 24);
}

/// Amplitude of a frequency in a part of a clip's mono mix.
double amplitude(const AudioClip& clip, double frequency_hz, double begin_s, double end_s) {
    const std::vector<float> mono = resample_mono(clip, 16000);
    REQUIRE(mono.size() >= static_cast<std::size_t>(end_s * 16000));
    return measure_tone(mono,
                        16000,
                        frequency_hz,
                        static_cast<std::size_t>(begin_s * 16000),
                        static_cast<std::size_t>(end_s * 16000))
        .amplitude;
}

void check_both_parts(const AudioClip& clip) {
    // Each part of an encoder that does not state its padding may have up to 0.08 s of it.
    CHECK(clip.duration_s() > kFirst_s + kSecond_s - 0.001);
    CHECK(clip.duration_s() < kFirst_s + kSecond_s + 0.16);
    CHECK(amplitude(clip, kFirst_hz, 0.2, 1.1) > 0.3);
    CHECK(amplitude(clip, kSecond_hz, 1.5, 3.1) > 0.3);
}

}  // namespace

TEST_CASE("sounds that were joined byte by byte are read to the end of the last", "[media]") {
    const std::vector<std::pair<std::string, MediaWriter::Sound>> kinds = {
        {"mp3", {24000, 1, "libmp3lame"}},
        {"ogg", {48000, 1, "libopus"}},
        {"ogg", {24000, 2, "libvorbis", 4}},
        {"ogg", {24000, 1, "flac"}},
        {"adts", {24000, 1, "aac"}},
        {"mpegts", {24000, 1, "aac"}}};
    for (const auto& [format, sound] : kinds) {
        CAPTURE(format, sound.codec);
        const TestFolder folder;
        Bytes joined = encoded(folder, format, sound, kFirst_s, kFirst_hz);
        const Bytes second = encoded(folder, format, sound, kSecond_s, kSecond_hz);
        joined.insert(joined.end(), second.begin(), second.end());
        write_bytes(folder / "joined", joined);
        check_both_parts(load_audio(folder / "joined"));
    }
}

TEST_CASE("a later part takes rate and channels of the first", "[media]") {
    const TestFolder folder;
    Bytes joined = encoded(folder, "mp3", {24000, 2, "libmp3lame"}, kFirst_s, kFirst_hz);
    const Bytes second = encoded(folder, "mp3", {44100, 1, "libmp3lame"}, kSecond_s, kSecond_hz);
    joined.insert(joined.end(), second.begin(), second.end());
    write_bytes(folder / "joined.mp3", joined);
    const AudioClip clip = load_audio(folder / "joined.mp3");
    CHECK(clip.sample_rate == 24000);
    CHECK(clip.channels == 2);
    check_both_parts(clip);
}

TEST_CASE("an MP3 of variable rate without a table is read to its end", "[media]") {
    const TestFolder folder;
    const MediaWriter::Sound sound{48000, 1, "libmp3lame", 4};
    const std::string path = folder / "x.mp3";
    MediaWriter writer(path, "mp3", nullptr, &sound, {{"write_xing", "0"}});
    // The rate of the begin, by which a length would be estimated, is not that of the rest.
    writer.sound(tone(48000, 1, 1.0, 440.0), 0);
    AudioClip quiet = tone(48000, 1, 4.0, 440.0);
    for (float& sample : quiet.samples) {
        sample *= 0.01F;
    }
    writer.sound(quiet, 1.0);
    writer.sound(tone(48000, 1, 1.0, 700.0), 5.0);
    writer.finish();
    const AudioClip clip = load_audio(path);
    CHECK(clip.duration_s() > 6.0);
    CHECK(clip.duration_s() < 6.1);
    CHECK(amplitude(clip, 700.0, 5.1, 5.9) > 0.4);
}

TEST_CASE("an MP3 in a WAV and one with a stated length keep their lengths", "[media]") {
    const TestFolder folder;
    const MediaWriter::Sound sound{48000, 1, "libmp3lame"};
    write_bytes(folder / "x.wav", encoded(folder, "wav", sound, kSecond_s, kSecond_hz));
    const AudioClip wav = load_audio(folder / "x.wav");
    CHECK(wav.duration_s() == Approx(kSecond_s).margin(0.08));
    CHECK(amplitude(wav, kSecond_hz, 0.1, 1.9) > 0.4);
    const Bytes mp3 = encoded(folder, "mp3", sound, kSecond_s, kSecond_hz);
    write_bytes(folder / "x.mp3", mp3);
    CHECK(load_audio(folder / "x.mp3").duration_s() == Approx(kSecond_s).margin(1e-3));
    // The table states the length: half of it is not there.
    write_bytes(folder / "cut.mp3",
                Bytes(mp3.begin(), mp3.begin() + static_cast<long>(mp3.size() / 2)));
    CHECK_THROWS_AS(load_audio(folder / "cut.mp3"), core::Error);
}

TEST_CASE("an MP3 of noise is an input error that says damaged, one bad frame a warning",
          "[media]") {
    const TestFolder folder;
    const Bytes good = encoded(folder, "mp3", {48000, 1, "libmp3lame"}, kSecond_s, kSecond_hz);
    Bytes one = good;
    std::fill(one.begin() + 8000, one.begin() + 8200, 0);
    write_bytes(folder / "one.mp3", one);
    const LogLines log;
    CHECK(load_audio(folder / "one.mp3").duration_s() > kSecond_s - 0.1);
    CHECK_FALSE(log.warnings.empty());
    Bytes bad = good;
    for (std::size_t i = 2000; i < bad.size(); ++i) {
        bad[i] = static_cast<std::uint8_t>(i * 2654435761U >> 13);
    }
    write_bytes(folder / "bad.mp3", bad);
    try {
        load_audio(folder / "bad.mp3");
        FAIL("no error");
    } catch (const core::Error& error) {
        CHECK(error.kind() == core::ErrorKind::Input);
        CHECK_THAT(error.what(), Catch::Contains("damaged") || Catch::Contains("truncated"));
    }
}

TEST_CASE("a WAV whose size is a placeholder or wrong is read to its end with a warning",
          "[media]") {
    const TestFolder folder;
    const AudioClip clip = tone(16000, 1, 1.0, 440.0);
    save_wav(folder / "good.wav", clip, false);
    const AudioClip good = load_audio(folder / "good.wav");
    const Bytes bytes = core::read_file(folder / "good.wav", 1 << 20);
    const auto size = static_cast<std::uint32_t>(bytes.size());
    const auto with_sizes = [&](std::uint32_t riff, std::uint32_t data) {
        Bytes wav = bytes;
        for (std::size_t i = 0; i < 4; ++i) {
            wav[4 + i] = static_cast<std::uint8_t>(riff >> 8 * i);
            wav[40 + i] = static_cast<std::uint8_t>(data >> 8 * i);
        }
        write_bytes(folder / "x.wav", wav);
        return folder / "x.wav";
    };
    const std::vector<std::pair<std::uint32_t, std::uint32_t>> kWrong = {
        {0, 0},
        {size - 8, 0},
        {0xffffffff, 0xffffffff},
        {0x7fffffff, 0x7fffffdb},
        {2'000'000'036, 2'000'000'000},
        {size - 8, size + 5000},  // the whole is right, the sound longer than it
        {0, size + 5000},         // the whole was never filled in
        {size + 36, size},        // the header counted twice
        {size - 8 + 44, size - 44 + 44}};
    for (const auto& [riff, data] : kWrong) {
        CAPTURE(riff, data);
        const LogLines log;
        CHECK(load_audio(with_sizes(riff, data)).samples == good.samples);
        REQUIRE(log.warnings.size() == 1);
        CHECK_THAT(log.warnings[0], Catch::Contains("header says"));
    }
    // A file cut in the middle is whole by neither size.
    CHECK_THROWS_AS(load_audio(with_sizes(2 * size - 8, 2 * size - 44)), core::Error);
    CHECK_THROWS_AS(load_audio(with_sizes(size + 8192 - 8, size + 8192 - 44)), core::Error);
}

TEST_CASE("an Ogg that ends within a page is an input error, one without an end mark a warning",
          "[media]") {
    const TestFolder folder;
    const Bytes good = encoded(folder, "ogg", {48000, 1, "libopus"}, 4.0, 440.0);
    const auto write_first = [&](std::size_t size) {
        write_bytes(folder / "x.ogg", Bytes(good.begin(), good.begin() + static_cast<long>(size)));
        return folder / "x.ogg";
    };
    const LogLines log;
    CHECK(load_audio(write_first(good.size())).duration_s() == Approx(4.0).margin(0.01));
    CHECK(log.warnings.empty());
    CHECK_THROWS_AS(load_audio(write_first(good.size() - 10)), core::Error);
    CHECK_THROWS_AS(load_audio(write_first(good.size() / 2)), core::Error);
    const std::string mark = "OggS";
    const auto last = std::find_end(good.begin(), good.end(), mark.begin(), mark.end());
    load_audio(write_first(static_cast<std::size_t>(last - good.begin())));
    REQUIRE(log.warnings.size() == 1);
    CHECK_THAT(log.warnings[0], Catch::Contains("end mark"));
}

TEST_CASE("a second WAV behind the first is not left out without a word", "[media]") {
    const TestFolder folder;
    save_wav(folder / "part.wav", tone(16000, 1, 1.0, 440.0), false);
    Bytes joined = core::read_file(folder / "part.wav", 1 << 20);
    const Bytes second = joined;
    joined.insert(joined.end(), second.begin(), second.end());
    write_bytes(folder / "x.wav", joined);
    const LogLines log;
    CHECK(load_audio(folder / "x.wav").duration_s() == Approx(1.0));
    REQUIRE(log.warnings.size() == 1);
    CHECK_THAT(log.warnings[0], Catch::Contains("another WAV"));
}

TEST_CASE("a CAF and an AU whose length is not known are read to their end", "[media]") {
    const TestFolder folder;
    const auto num_samples = std::size_t{16000};
    Bytes caf = from_hex(
        "636166660001000064657363000000000000002040cf4000000000006c70636d"
        "0000000000000002000000010000000100000010"
        "64617461ffffffffffffffff00000000");
    Bytes au = from_hex("2e736e6400000018ffffffff0000000300003e8000000001");
    const std::vector<float> sine = tone(16000, 1, 1.0, 440.0).samples;
    for (const float sample : sine) {
        const auto value = static_cast<std::uint16_t>(std::lrint(sample * 32767.0F));
        for (Bytes* bytes : {&caf, &au}) {
            bytes->push_back(static_cast<std::uint8_t>(value >> 8));
            bytes->push_back(static_cast<std::uint8_t>(value & 0xff));
        }
    }
    write_bytes(folder / "x.caf", caf);
    write_bytes(folder / "x.au", au);
    for (const char* name : {"x.caf", "x.au"}) {
        CAPTURE(name);
        const AudioClip clip = load_audio(folder / name);
        CHECK(clip.samples.size() == num_samples);
        CHECK(amplitude(clip, 440.0, 0.1, 0.9) == Approx(0.5).epsilon(0.01));
    }
}
