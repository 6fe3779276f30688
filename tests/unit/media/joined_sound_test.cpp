// SPDX-License-Identifier: Apache-2.0
// Sounds that were joined byte by byte, and streams that estimate their length.
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

TEST_CASE("files of exact length that were joined are read one after the other", "[media]") {
    const std::vector<std::pair<std::string, MediaWriter::Sound>> kinds = {
        {"wav", {24000, 1, "pcm_s16le"}},
        {"wav", {24000, 1, "libmp3lame"}},
        {"aiff", {24000, 2, "pcm_s16be"}},
        {"caf", {24000, 1, "pcm_s16be"}},
        {"flac", {24000, 1, "flac"}}};
    for (const auto& [format, sound] : kinds) {
        CAPTURE(format, sound.codec);
        const TestFolder folder;
        Bytes joined = encoded(folder, format, sound, kFirst_s, kFirst_hz);
        append(joined, encoded(folder, format, {16000, 1, sound.codec}, kSecond_s, kSecond_hz));
        write_bytes(folder / "a:b,c.x", joined);
        const LogLines log;
        const AudioClip clip = load_audio(folder / "a:b,c.x");
        CHECK(clip.sample_rate == 24000);
        CHECK(clip.channels == sound.channels);
        check_both_parts(clip);
        CHECK(log.warnings.empty());
    }
}

TEST_CASE("joined WAVs from a pipe have no header among their samples", "[media]") {
    const TestFolder folder;
    Bytes joined;
    for (const double duration_s : {0.0, kFirst_s, 0.0, kSecond_s}) {
        const AudioClip clip =
            tone(16000, 1, duration_s, duration_s == kFirst_s ? kFirst_hz : kSecond_hz);
        save_wav(folder / "part.wav", clip, true);
        Bytes part = core::read_file(folder / "part.wav", 1 << 20);
        std::fill(part.begin() + 4, part.begin() + 8, 0xff);
        std::fill(part.begin() + 40, part.begin() + 44, 0xff);
        append(joined, part);
    }
    write_bytes(folder / "x.wav", joined);
    const AudioClip clip = load_audio(folder / "x.wav");
    CHECK(clip.num_frames() == static_cast<std::int64_t>(16000 * (kFirst_s + kSecond_s)));
    check_both_parts(clip);
    // Letters of a header would be louder than the sine.
    CHECK(*std::max_element(clip.samples.begin(), clip.samples.end()) < 0.51F);
}

TEST_CASE("what follows a WAV and is no sound of its type is not left out without a word",
          "[media]") {
    const TestFolder folder;
    const Bytes wav = encoded(folder, "wav", {24000, 1, "pcm_s16le"}, kFirst_s, kFirst_hz);
    const auto num_warnings = [&](const Bytes& rest) {
        Bytes joined = wav;
        append(joined, rest);
        write_bytes(folder / "x.wav", joined);
        const LogLines log;
        CHECK(load_audio(folder / "x.wav").num_frames() ==
              static_cast<std::int64_t>(24000 * kFirst_s));
        CHECK(log.mention("bytes follow its sound") == !log.warnings.empty());
        return log.warnings.size();
    };
    CHECK(num_warnings(encoded(folder, "mp3", {24000, 1, "libmp3lame"}, kSecond_s, kSecond_hz)) ==
          1);
    CHECK(num_warnings({}) == 0);
    CHECK(num_warnings(Bytes(2000, 0)) == 0);
    Bytes list = {'L', 'I', 'S', 'T'};
    append_number(list, 20000, 4, false);
    list.resize(8 + 20000, 'x');
    CHECK(num_warnings(list) == 0);
}

TEST_CASE("tags before and behind a FLAC are not sound, also where FLACs were joined", "[media]") {
    const TestFolder folder;
    const MediaWriter::Sound sound{24000, 1, "flac"};
    Bytes id3 = from_hex("49443304000000000064");
    id3.resize(110, 'x');
    Bytes old_tag(128, 0);
    std::copy_n("TAG", 3, old_tag.begin());
    Bytes joined = id3;
    append(joined, encoded(folder, "flac", sound, kFirst_s, kFirst_hz));
    append(joined, id3);
    append(joined, encoded(folder, "flac", sound, kSecond_s, kSecond_hz));
    append(joined, old_tag);
    write_bytes(folder / "x.flac", joined);
    const AudioClip clip = load_audio(folder / "x.flac");
    CHECK(clip.num_frames() == static_cast<std::int64_t>(24000 * (kFirst_s + kSecond_s)));
    check_both_parts(clip);
}

TEST_CASE("a truncated last part is an input error that names it", "[media]") {
    const TestFolder folder;
    const Bytes part = encoded(folder, "aiff", {24000, 1, "pcm_s16be"}, kFirst_s, kFirst_hz);
    Bytes joined = part;
    append(joined, part);
    joined.resize(joined.size() - 20000);
    write_bytes(folder / "x.aiff", joined);
    CHECK_THROWS_WITH(load_audio(folder / "x.aiff"),
                      Catch::Contains("part 2 of 2") && Catch::Contains("truncated"));
}

TEST_CASE("the limit of length holds for all parts together", "[media]") {
    const TestFolder folder;
    Bytes joined = encoded(folder, "wav", {24000, 1, "pcm_s16le"}, kFirst_s, kFirst_hz);
    append(joined, encoded(folder, "wav", {24000, 1, "pcm_s16le"}, kSecond_s, kSecond_hz));
    write_bytes(folder / "x.wav", joined);
    LoadAudioOptions options;
    options.max_duration_s = kFirst_s + kSecond_s;
    CHECK_NOTHROW(load_audio(folder / "x.wav", options));
    options.max_duration_s -= 0.01;
    CHECK_THROWS_WITH(load_audio(folder / "x.wav", options), Catch::Contains("longer than"));
}

TEST_CASE("sound of which no packet can be decoded is called damaged", "[media]") {
    const TestFolder folder;
    Bytes bytes = encoded(folder, "mp3", {48000, 1, "libmp3lame"}, kSecond_s, kSecond_hz);
    // Headers of frames stay, what they hold does not: the type is still known.
    for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
        if (bytes[i] == 0xff && (bytes[i + 1] & 0xe0) == 0xe0) {
            i += 3;
        } else {
            bytes[i] = static_cast<std::uint8_t>(i % 100);
        }
    }
    write_bytes(folder / "x.mp3", bytes);
    CHECK_THROWS_WITH(load_audio(folder / "x.mp3"), Catch::Contains("damaged"));
}
