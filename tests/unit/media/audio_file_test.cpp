// SPDX-License-Identifier: Apache-2.0
#include "vasa/media/audio_file.h"

#include "image_writers.h"
#include "log_lines.h"
#include "sound_support.h"
#include "support/test_folder.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/rng.h"
#include "vasa/media/video_file.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::media;

namespace {

std::string message_of(const std::string& path, const LoadAudioOptions& options = {}) {
    try {
        load_audio(path, options);
    } catch (const core::Error& error) {
        CHECK(error.kind() == core::ErrorKind::Input);
        CHECK(std::string(error.what()).find(path) != std::string::npos);
        return error.what();
    }
    return "no error";
}

bool mentions(const std::string& message, const std::string& word) {
    return message.find(word) != std::string::npos;
}

/// A WAV of 32-bit floats.
Bytes float_wav(int sample_rate, int channels, const std::vector<float>& samples) {
    Bytes wav;
    append(wav, std::string("RIFF"));
    append_number(wav, 36 + samples.size() * 4, 4, false);
    append(wav, std::string("WAVEfmt "));
    append_number(wav, 16, 4, false);
    append_number(wav, 3, 2, false);
    append_number(wav, static_cast<std::uint64_t>(channels), 2, false);
    append_number(wav, static_cast<std::uint64_t>(sample_rate), 4, false);
    append_number(wav, static_cast<std::uint64_t>(sample_rate * channels * 4), 4, false);
    append_number(wav, static_cast<std::uint64_t>(channels * 4), 2, false);
    append_number(wav, 32, 2, false);
    append(wav, std::string("data"));
    append_number(wav, samples.size() * 4, 4, false);
    for (const float sample : samples) {
        std::uint32_t bits;
        std::memcpy(&bits, &sample, sizeof bits);
        append_number(wav, bits, 4, false);
    }
    return wav;
}

}  // namespace

TEST_CASE("a WAV is read back to the last sample, exactly", "[media]") {
    const TestFolder folder;
    AudioClip clip{44100, 2, {}};
    for (int i = -32768; i < 32768; ++i) {
        clip.samples.push_back(static_cast<float>(i) / 32768.0f);
    }
    save_wav(folder / "x.wav", clip, false);
    const AudioClip back = load_audio(folder / "x.wav");
    CHECK(back.sample_rate == 44100);
    CHECK(back.channels == 2);
    CHECK(back.samples == clip.samples);
    CHECK(back.duration_s() == Approx(32768.0 / 44100.0));
    CHECK_THROWS_AS(save_wav(folder / "x.wav", clip, false), core::Error);
}

TEST_CASE("save_wav limits loud samples instead of wrapping them", "[media]") {
    const TestFolder folder;
    const float nan = std::numeric_limits<float>::quiet_NaN();
    save_wav(folder / "x.wav", {8000, 1, {1.5f, -1.5f, 1.0f, nan}}, false);
    CHECK(load_audio(folder / "x.wav").samples ==
          std::vector<float>{32767.0f / 32768.0f, -1.0f, 32767.0f / 32768.0f, 0.0f});
}

TEST_CASE("samples that are not numbers become 0, with a warning that counts them", "[media]") {
    const TestFolder folder;
    std::vector<float> samples(1000, 0.25f);
    samples[3] = std::numeric_limits<float>::quiet_NaN();
    samples[4] = std::numeric_limits<float>::infinity();
    samples[999] = -std::numeric_limits<float>::infinity();
    write_bytes(folder / "x.wav", float_wav(16000, 1, samples));
    const LogLines log;
    const AudioClip clip = load_audio(folder / "x.wav");
    REQUIRE(clip.samples.size() == 1000);
    CHECK(clip.samples[3] == 0.0f);
    CHECK(clip.samples[4] == 0.0f);
    CHECK(clip.samples[999] == 0.0f);
    CHECK(clip.samples[5] == 0.25f);
    REQUIRE(log.warnings.size() == 1);
    CHECK(mentions(log.warnings[0], "3 samples"));
}

TEST_CASE("clipped sound brings a warning, clean sound none", "[media]") {
    const TestFolder folder;
    save_wav(folder / "clipped.wav", make_sine(16000, 1, 16000, 200.0, 1.5), false);
    save_wav(folder / "clean.wav", make_sine(16000, 1, 16000, 200.0, 0.9), false);
    const LogLines log;
    load_audio(folder / "clean.wav");
    CHECK(log.warnings.empty());
    load_audio(folder / "clipped.wav");
    REQUIRE(log.warnings.size() == 1);
    CHECK(mentions(log.warnings[0], "clipped"));
}

TEST_CASE("sound longer than the limit is refused, sound of the limit is read", "[media]") {
    const TestFolder folder;
    save_wav(folder / "x.wav", make_sine(8000, 1, 8000, 200.0, 0.5), false);
    LoadAudioOptions options;
    options.max_duration_s = 1.0;
    CHECK(load_audio(folder / "x.wav", options).num_frames() == 8000);
    options.max_duration_s = 0.999;
    CHECK(mentions(message_of(folder / "x.wav", options), "longer than 0.999 s"));
}

TEST_CASE("missing, empty, foreign and silent files are input errors", "[media]") {
    const TestFolder folder;
    CHECK(mentions(message_of(folder / "missing.wav"), "no such file"));
    CHECK(mentions(message_of(folder / ""), "folder"));
    write_bytes(folder / "empty.wav", {});
    CHECK(mentions(message_of(folder / "empty.wav"), "empty"));
    const std::string playlist = "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n";
    for (const std::string& text : {std::string("just text\n"), playlist}) {
        write_bytes(folder / "text.wav", Bytes(text.begin(), text.end()));
        CHECK(message_of(folder / "text.wav") != "no error");
    }
    save_wav(folder / "none.wav", {16000, 1, {}}, false);
    CHECK(message_of(folder / "none.wav") != "no error");
}

TEST_CASE("sample rates and channel counts out of range are input errors", "[media]") {
    const TestFolder folder;
    const auto message = [&](int sample_rate, int channels) {
        save_wav(
            folder / "x.wav",
            {sample_rate, channels, std::vector<float>(static_cast<std::size_t>(channels) * 9)},
            true);
        return message_of(folder / "x.wav");
    };
    CHECK(mentions(message(3999, 1), "sample rate 3999 Hz, expected 4000 to 384000"));
    CHECK(mentions(message(384001, 1), "sample rate"));
    CHECK(mentions(message(16000, 9), "9 channels, expected 1 to 8"));
    CHECK(message(4000, 8) == "no error");
    CHECK(message(384000, 1) == "no error");
}

TEST_CASE("a WAV that is cut off is an input error, one from a pipe is not", "[media]") {
    const TestFolder folder;
    Bytes wav = float_wav(16000, 1, std::vector<float>(1000, 0.5f));
    for (const std::size_t missing : {200u, 400u, 3999u, 4030u}) {
        CAPTURE(missing);
        write_bytes(folder / "cut.wav",
                    Bytes(wav.begin(), wav.end() - static_cast<std::ptrdiff_t>(missing)));
        CHECK(message_of(folder / "cut.wav") != "no error");
    }
    std::fill(wav.begin() + 4, wav.begin() + 8, 0xff);
    std::fill(wav.begin() + 40, wav.begin() + 44, 0xff);
    write_bytes(folder / "piped.wav", wav);
    CHECK(load_audio(folder / "piped.wav").num_frames() == 1000);
}

TEST_CASE("random damage to a WAV gives sound or an input error", "[media]") {
    const TestFolder folder;
    const Bytes good = float_wav(16000, 2, std::vector<float>(200, 0.5f));
    core::Rng rng(9);
    LoadAudioOptions options;
    options.max_duration_s = 10.0;
    int refused = 0;
    for (int round = 0; round < 300; ++round) {
        Bytes bytes = good;
        for (std::uint64_t n = 1 + rng.below(3); n > 0; --n) {
            bytes[static_cast<std::size_t>(rng.below(44))] =
                static_cast<std::uint8_t>(rng.below(256));
        }
        write_bytes(folder / "x.wav", bytes);
        refused += message_of(folder / "x.wav", options) != "no error";
    }
    CHECK(refused > 30);
}

TEST_CASE("real recordings are read to their full length", "[media][data]") {
    const char* data = std::getenv("VASA_DATA_DIR");
    if (!data) {
        WARN("SKIPPED: VASA_DATA_DIR not set");
        return;
    }
    int num_files = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(std::filesystem::path(data) / "speech")) {
        const std::string extension = entry.path().extension().string();
        if (extension != ".wav" && extension != ".flac" && extension != ".opus") {
            continue;
        }
        CAPTURE(entry.path().string());
        const AudioClip clip = load_audio(entry.path().string());
        CHECK(clip.duration_s() > 0.5);
        if (++num_files == 40) {
            break;
        }
    }
    CHECK(num_files > 0);
}
