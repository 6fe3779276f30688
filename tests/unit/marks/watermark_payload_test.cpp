// SPDX-License-Identifier: Apache-2.0
#include "convolutional_code.h"

#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/core/rng.h"
#include "vasa/marks/watermark.h"

#include <string>

#include "support/catch.h"

namespace {

using namespace vasa;
using marks::WatermarkPayload;

TEST_CASE("a payload survives packing, and each wrong bit is noticed") {
    const WatermarkPayload payload{15, 255, 0xFEDCBA9876};
    const std::uint64_t bits = marks::pack_payload(payload);
    REQUIRE(marks::unpack_payload(bits).has_value());
    CHECK(*marks::unpack_payload(bits) == payload);
    for (int i = 0; i < 64; ++i) {
        CHECK_FALSE(marks::unpack_payload(bits ^ (std::uint64_t{1} << i)).has_value());
    }
    CHECK_FALSE(marks::unpack_payload(0).has_value());
    CHECK_FALSE(marks::unpack_payload(~std::uint64_t{0}).has_value());
}

TEST_CASE("values that do not fit the payload are refused") {
    CHECK_THROWS_AS(marks::pack_payload({16, 1, 0}), core::Error);
    CHECK_THROWS_AS(marks::pack_payload({1, 256, 0}), core::Error);
    CHECK_THROWS_AS(marks::pack_payload({1, -1, 0}), core::Error);
    CHECK_THROWS_AS(marks::pack_payload({1, 1, std::uint64_t{1} << 40U}), core::Error);
}

TEST_CASE("a job's hash is the begin of its SHA-256") {
    CHECK(marks::job_hash_of("00ff10ab42ffffffffff") == 0x00ff10ab42);
    CHECK_THROWS_AS(marks::job_hash_of("00ff10ab4"), core::Error);
    CHECK_THROWS_AS(marks::job_hash_of("00ff10ab4g"), core::Error);
}

TEST_CASE("the code corrects a seventh of its symbols, wherever they are") {
    core::Rng random(11);
    for (int trial = 0; trial < 40; ++trial) {
        const std::uint64_t bits = random.next_u64();
        marks::CodeSymbols symbols = marks::encode_payload(bits);
        CHECK(marks::decode_payload(symbols) == bits);
        for (std::size_t i = trial % 7; i < symbols.size(); i += 7) {
            symbols[i] = -symbols[i];
        }
        CHECK(marks::decode_payload(symbols) == bits);
    }
}

TEST_CASE("keys are read, and what is wrong with others is said") {
    const std::string digits(64, 'a');
    CHECK(marks::parse_watermark_key("\n " + digits + "\r\n", "k").bytes ==
          marks::parse_watermark_key(std::string(64, 'A'), "k").bytes);
    CHECK(marks::parse_watermark_key(digits, "k").bytes.front() == 0xAA);
    const auto message = [](const std::string& text) {
        try {
            marks::parse_watermark_key(text, "k");
        } catch (const core::Error& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    CHECK(message("") ==
          "cannot read watermark key 'k': 0 characters, expected 64 hexadecimal digits");
    CHECK(message(digits + "0").find("65 characters") != std::string::npos);
    CHECK(message(std::string(63, '0') + "g").find("character 64 is not one") != std::string::npos);
    CHECK_THROWS_AS(marks::load_watermark_key("/nonexistent/key"), core::Error);
}

}  // namespace
