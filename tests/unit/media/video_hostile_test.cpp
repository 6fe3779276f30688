// SPDX-License-Identifier: Apache-2.0
#include "image_writers.h"
#include "support/test_folder.h"
#include "video_support.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/core/rng.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::media;

namespace {

/// Reads all frames. @return their number, or -1 after an input error that names the file
int count_frames(const std::string& path) {
    try {
        VideoReader reader(path);
        core::ImageU8 image;
        int count = 0;
        while (reader.read(image)) {
            ++count;
        }
        return count;
    } catch (const core::Error& error) {
        CHECK(error.kind() == core::ErrorKind::Input);
        CHECK(std::string(error.what()).find(path) != std::string::npos);
        return -1;
    }
}

Bytes small_clip(const TestFolder& folder) {
    VideoOptions options;
    options.threads = 1;
    options.overwrite = true;
    write_test_clip(folder / "good.mp4", options, 16000, 1, 16000 * 2);
    return core::read_file(folder / "good.mp4", 1 << 24);
}

std::size_t find(const Bytes& bytes, const std::string& text, std::size_t begin = 0) {
    const auto found = std::search(
        bytes.begin() + static_cast<long>(begin), bytes.end(), text.begin(), text.end());
    return static_cast<std::size_t>(found - bytes.begin());
}

}  // namespace

TEST_CASE("missing, empty, foreign and picture-less files are input errors", "[media]") {
    const TestFolder folder;
    CHECK(count_frames(folder / "missing.mp4") == -1);
    CHECK(count_frames(folder / "") == -1);
    write_bytes(folder / "empty.mp4", {});
    CHECK(count_frames(folder / "empty.mp4") == -1);
    write_bytes(folder / "text.mp4", Bytes(1000, 'x'));
    CHECK(count_frames(folder / "text.mp4") == -1);
    save_wav(folder / "sound.wav", make_sine(16000, 1, 16000, 440.0, 0.5), false);
    CHECK(count_frames(folder / "sound.wav") == -1);
    CHECK_THROWS_AS(probe_video(folder / "sound.wav"), core::Error);
    VideoOptions options;
    write_test_clip(folder / "silent.mp4", options, 16000, 1, 0);
    CHECK_THROWS_AS(load_audio(folder / "silent.mp4"), core::Error);
}

TEST_CASE("a name with a colon is a file's name", "[media]") {
    const TestFolder folder;
    write_test_clip(folder / "http:x.mp4", {}, 16000, 1, 0);
    CHECK(count_frames(folder / "http:x.mp4") == 10);
}

TEST_CASE("a video that is cut off is an input error, for its frames and its sound", "[media]") {
    const TestFolder folder;
    const Bytes good = small_clip(folder);
    REQUIRE(count_frames(folder / "good.mp4") == 50);
    const std::string path = folder / "cut.mp4";
    for (int percent = 0; percent <= 80; percent += 4) {
        CAPTURE(percent);
        const auto size = static_cast<long>(good.size() * static_cast<unsigned>(percent) / 100);
        write_bytes(path, Bytes(good.begin(), good.begin() + size));
        CHECK(count_frames(path) == -1);
        CHECK_THROWS_AS(load_audio(path), core::Error);
    }
}

TEST_CASE("the display matrix of a video turns its frames", "[media]") {
    const TestFolder folder;
    Bytes bytes = small_clip(folder);
    // tkhd version 0: the matrix starts 40 bytes after the version field.
    const std::size_t matrix = find(bytes, "tkhd") + 4 + 40;
    const auto set = [&](std::size_t index, std::int32_t value) {
        for (std::size_t i = 0; i < 4; ++i) {
            bytes[matrix + 4 * index + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
        }
    };
    const auto load_first = [&] {
        write_bytes(folder / "turned.mp4", bytes);
        VideoReader reader(folder / "turned.mp4");
        core::ImageU8 image;
        REQUIRE(reader.read(image));
        CHECK(reader.info().width == image.width);
        CHECK(reader.info().height == image.height);
        return image;
    };
    const core::ImageU8 upright = load_first();
    REQUIRE(upright.width == 64);
    const auto same = [&](const std::uint8_t* a, const std::uint8_t* b) {
        return a[0] == b[0] && a[1] == b[1] && a[2] == b[2];
    };
    // x' = -y, y' = x: a quarter turn clockwise, as a phone held upright writes it.
    set(0, 0);
    set(1, 0x10000);
    set(3, -0x10000);
    set(4, 0);
    const core::ImageU8 clockwise = load_first();
    REQUIRE(clockwise.width == 48);
    REQUIRE(clockwise.height == 64);
    bool is_turned = true;
    for (int y = 0; y < 48; ++y) {
        for (int x = 0; x < 64; ++x) {
            is_turned = is_turned && same(upright.at(x, y), clockwise.at(47 - y, x));
        }
    }
    CHECK(is_turned);
    set(0, -0x10000);
    set(1, 0);
    set(3, 0);
    set(4, -0x10000);
    const core::ImageU8 half = load_first();
    REQUIRE(half.width == 64);
    CHECK(same(upright.at(5, 7), half.at(58, 40)));
    CHECK(same(upright.at(63, 47), half.at(0, 0)));
}

TEST_CASE("random damage gives frames or an input error", "[media]") {
    const TestFolder folder;
    const Bytes good = small_clip(folder);
    const std::size_t header = find(good, "mdat");
    core::Rng rng(21);
    int refused = 0;
    for (int round = 0; round < 200; ++round) {
        Bytes bytes = good;
        for (std::uint64_t n = 1 + rng.below(5); n > 0; --n) {
            const std::size_t range = round % 2 ? header : bytes.size();
            bytes[static_cast<std::size_t>(rng.below(range))] =
                static_cast<std::uint8_t>(rng.below(256));
        }
        write_bytes(folder / "x.mp4", bytes);
        refused += count_frames(folder / "x.mp4") < 0;
        try {
            LoadAudioOptions options;
            options.max_duration_s = 20.0;
            load_audio(folder / "x.mp4", options);
        } catch (const core::Error& error) {
            CHECK(error.kind() == core::ErrorKind::Input);
        }
    }
    CHECK(refused > 10);
}

TEST_CASE("libav's messages go to the log", "[media]") {
    const TestFolder folder;
    Bytes bytes = small_clip(folder);
    std::vector<std::string> lines;
    core::set_log_sink([&](core::LogLevel, const std::string& text) { lines.push_back(text); });
    install_av_log();
    for (std::size_t i = find(bytes, "mdat") + 900; i < bytes.size() - 100; i += 7) {
        bytes[i] ^= 0xff;
    }
    write_bytes(folder / "x.mp4", bytes);
    count_frames(folder / "x.mp4");
    core::set_log_sink(nullptr);
    REQUIRE_FALSE(lines.empty());
    CHECK(lines[0].rfind("libav: ", 0) == 0);
    CHECK(lines[0].find('\n') == std::string::npos);
}
