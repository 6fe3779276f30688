// SPDX-License-Identifier: Apache-2.0
#include "vasa/media/raw_sound.h"

#include "vasa/core/error.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::media;

namespace {

template <typename T>
std::vector<std::uint8_t> bytes_of(const std::vector<T>& values) {
    std::vector<std::uint8_t> bytes(values.size() * sizeof(T));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

}  // namespace

TEST_CASE("raw sound formats are read as they are written, others refused") {
    const RawSoundFormat stereo = parse_raw_sound("f32le:48000:2");
    CHECK(stereo.sample == RawSample::F32);
    CHECK(stereo.sample_rate == 48000);
    CHECK(stereo.channels == 2);
    CHECK(stereo.bytes_per_frame() == 8);
    CHECK(parse_raw_sound("s16le:16000").channels == 1);
    for (const char* text : {"",
                             "s16le",
                             "s16le:",
                             "s16be:16000",
                             "s16le:16000:0",
                             "s16le:16000:9",
                             "s16le:16000:1:1",
                             "s16le:3999",
                             "s16le:99999999999",
                             "s16le:16000x",
                             "s16le: 16000",
                             "s16le:-16000"}) {
        INFO(text);
        CHECK_THROWS_AS(parse_raw_sound(text), core::Error);
    }
}

TEST_CASE("raw sound may be cut anywhere") {
    const std::vector<std::int16_t> values = {0, 16384, -32768, 32767, 1, -1};
    const std::vector<std::uint8_t> bytes = bytes_of(values);
    RawSoundReader reader(parse_raw_sound("s16le:16000:2"));
    std::vector<float> samples;
    for (const std::uint8_t byte : bytes) {
        reader.read(&byte, 1, samples);
        CHECK(samples.size() % 2 == 0);
    }
    REQUIRE(samples.size() == values.size());
    CHECK(samples[1] == 0.5F);
    CHECK(samples[2] == -1.0F);
    reader.read(bytes.data(), 3, samples);
    CHECK(reader.num_left() == 3);
}

TEST_CASE("raw samples that are not numbers become silence and are counted") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinity = std::numeric_limits<float>::infinity();
    const std::vector<std::uint8_t> bytes =
        bytes_of(std::vector<float>{nan, infinity, -infinity, 1e30F, 0.25F});
    RawSoundReader reader(parse_raw_sound("f32le:16000"));
    std::vector<float> samples;
    reader.read(bytes.data(), bytes.size(), samples);
    CHECK(samples == std::vector<float>{0.0F, 1.0F, -1.0F, 1.0F, 0.25F});
    CHECK(reader.num_not_numbers() == 1);
}

TEST_CASE("sound in pieces becomes mono of another rate without delay, however it is cut") {
    constexpr int kRate = 44100;
    std::vector<float> stereo;
    for (int i = 0; i < kRate; ++i) {
        const auto value = static_cast<float>(std::sin(2 * M_PI * 200.0 * i / kRate));
        stereo.insert(stereo.end(), {1.5F * value, 0.5F * value});
    }
    std::vector<std::vector<float>> results;
    for (const std::int64_t piece : {100, 44100}) {
        MonoStream stream(kRate, 2, 16000);
        results.emplace_back();
        for (std::int64_t begin = 0; begin < kRate; begin += piece) {
            stream.convert(stereo.data() + 2 * begin, piece, results.back());
        }
    }
    CHECK(results[0] == results[1]);
    REQUIRE(results[0].size() > 15900);
    double worst = 0;
    for (std::size_t i = 1000; i < 15000; ++i) {
        const double expected = std::sin(2 * M_PI * 200.0 * static_cast<double>(i) / 16000);
        worst = std::max(worst, std::fabs(results[0][i] - expected));
    }
    CHECK(worst < 0.01);
}
