// SPDX-License-Identifier: Apache-2.0
// Files whose headers state the size of their sound, or a wrong one.
#include "log_lines.h"
#include "tones.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::media;

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

namespace {

/// A file of one type with the sizes of the whole and of the sound set, 0 for those that stay.
struct SizedFile {
    Bytes bytes;
    std::size_t whole_at, sound_at;
    int num_bytes;
    bool is_big_endian;

    Bytes with(std::uint64_t whole, std::uint64_t sound) const {
        Bytes result = bytes;
        const auto put = [&](std::size_t at, std::uint64_t value) {
            Bytes number;
            append_number(number, value, num_bytes, is_big_endian);
            std::copy(number.begin(), number.end(), result.begin() + static_cast<long>(at));
        };
        put(whole_at, whole);
        put(sound_at, sound);
        return result;
    }
};

std::size_t place_of(const Bytes& bytes, const std::string& word) {
    const auto at = std::search(bytes.begin(), bytes.end(), word.begin(), word.end());
    REQUIRE(at != bytes.end());
    return static_cast<std::size_t>(at - bytes.begin());
}

}  // namespace

TEST_CASE("an AIFF whose size is a placeholder or wrong is read to its end with a warning",
          "[media]") {
    const TestFolder folder;
    SizedFile aiff{encoded(folder, "aiff", {24000, 1, "pcm_s16be"}, 1.0, 440.0), 4, 0, 4, true};
    aiff.sound_at = place_of(aiff.bytes, "SSND") + 4;
    const std::uint64_t size = aiff.bytes.size();
    const std::uint64_t sound = size - aiff.sound_at - 4;
    // libav writes 0 to a pipe, sox 0x7f000000 and more, Apple's libraries 8: the offsets alone.
    const std::vector<std::pair<std::uint64_t, std::uint64_t>> kWrong = {{0, 0},
                                                                         {size - 8, 0},
                                                                         {size - 8, 8},
                                                                         {0, 8},
                                                                         {0x7f000050, 0x7f000008},
                                                                         {0xffffffff, 0xffffffff},
                                                                         {size - 8, sound + 5000},
                                                                         {size + 46, sound + 54}};
    for (const auto& [whole, claimed] : kWrong) {
        CAPTURE(whole, claimed);
        write_bytes(folder / "x.aiff", aiff.with(whole, claimed));
        const LogLines log;
        const AudioClip clip = load_audio(folder / "x.aiff");
        CHECK(clip.num_frames() == 24000);
        CHECK(amplitude(clip, 440.0, 0.1, 0.9) == Approx(0.5).epsilon(0.01));
        REQUIRE(log.warnings.size() == 1);
        CHECK_THAT(log.warnings[0], Catch::Contains("header says"));
    }
}

TEST_CASE("files of exact length that end early are truncated, whatever their type", "[media]") {
    const std::vector<std::pair<std::string, MediaWriter::Sound>> kinds = {
        {"wav", {24000, 1, "pcm_s16le"}},
        {"aiff", {24000, 1, "pcm_s16be"}},
        {"caf", {24000, 1, "pcm_s16be"}},
        {"au", {24000, 1, "pcm_s16be"}},
        {"w64", {24000, 1, "pcm_s16le"}}};
    for (const auto& [format, sound] : kinds) {
        CAPTURE(format);
        const TestFolder folder;
        Bytes bytes = encoded(folder, format, sound, 2.0, 440.0);
        write_bytes(folder / "x", bytes);
        CHECK(load_audio(folder / "x").num_frames() == 48000);
        bytes.resize(bytes.size() - 40000);
        write_bytes(folder / "x", bytes);
        CHECK_THROWS_WITH(load_audio(folder / "x"), Catch::Contains("truncated"));
    }
}

TEST_CASE("a WAV of 64-bit sizes that ends early is truncated, one from a pipe is not", "[media]") {
    const TestFolder folder;
    Bytes bytes = encoded(folder, "wav", {24000, 1, "pcm_s16le"}, 2.0, 440.0, {{"rf64", "always"}});
    SizedFile wav{bytes, 20, 28, 8, false};
    write_bytes(folder / "x.wav", bytes);
    CHECK(load_audio(folder / "x.wav").num_frames() == 48000);
    bytes.resize(bytes.size() - 40000);
    write_bytes(folder / "x.wav", bytes);
    CHECK_THROWS_WITH(load_audio(folder / "x.wav"), Catch::Contains("truncated"));
    write_bytes(folder / "x.wav", wav.with(0xffffffffU, 0xffffffffU));
    CHECK(load_audio(folder / "x.wav").num_frames() == 48000);
}

TEST_CASE("a Wave64 from a pipe is read to its end", "[media]") {
    const TestFolder folder;
    SizedFile file{encoded(folder, "w64", {24000, 1, "pcm_s16le"}, 1.0, 440.0), 16, 0, 8, false};
    file.sound_at = place_of(file.bytes, "data") + 16;
    write_bytes(folder / "x.w64", file.with(~std::uint64_t{0}, ~std::uint64_t{0} >> 1));
    CHECK(load_audio(folder / "x.w64").num_frames() == 24000);
}

TEST_CASE("a NIST file that is shorter than its header says is an error", "[media]") {
    const TestFolder folder;
    constexpr std::size_t kSamples = 16000;
    const auto with_count = [&](const std::string& count) {
        std::string text =
            "NIST_1A\n   1024\nchannel_count -i 1\nsample_rate -i 16000\n"
            "sample_n_bytes -i 2\nsample_byte_format -s2 01\nsample_sig_bits -i 16\n"
            "sample_coding -s3 pcm\nsample_count -i " +
            count + "\nend_head\n";
        text.resize(1024, ' ');
        Bytes bytes(text.begin(), text.end());
        bytes.resize(bytes.size() + 2 * kSamples);
        write_bytes(folder / "x.nist", bytes);
        return folder / "x.nist";
    };
    CHECK(load_audio(with_count("16000")).samples.size() == kSamples);
    CHECK_THROWS_WITH(load_audio(with_count("32000")), Catch::Contains("truncated"));
    // Numbers that no sound has are left to the reader, which knows the size of the file.
    CHECK(load_audio(with_count("99999999999999999")).samples.size() == kSamples);
}
