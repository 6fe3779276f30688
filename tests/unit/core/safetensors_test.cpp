// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/safetensors.h"

#include "support/test_folder.h"

#include "vasa/core/atomic_file.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa::core;

namespace {

SafetensorsWriter example() {
    SafetensorsWriter writer;
    writer.set_metadata("format", "test 1 \"quoted\" ä");
    writer.add_f32("b.weight", {2, 3}, {1.5f, -2.0f, 0.0f, 3e38f, 1e-40f, -0.0f});
    writer.add_f16("a.half", {3}, {0.5f, 65504.0f, -1.0f / 3.0f});
    writer.add_i32("ids", {2, 1}, {-7, std::numeric_limits<int>::max()});
    writer.add_u8("flags", {3}, {0, 1, 255});
    writer.add_f32("empty", {0, 4}, {});
    writer.add_f32("scalar", {}, {42.0f});
    return writer;
}

}  // namespace

TEST_CASE("what is written is read back exactly", "[core]") {
    const TestFolder folder;
    example().save(folder / "x.safetensors");
    const auto file = SafetensorsFile::load(folder / "x.safetensors", ErrorKind::Model);
    CHECK(file.metadata("format") == "test 1 \"quoted\" ä");
    CHECK(file.metadata().size() == 1);
    CHECK(file.tensor_names() ==
          std::vector<std::string>{"a.half", "b.weight", "empty", "flags", "ids", "scalar"});
    CHECK(file.floats("b.weight", {2, -1}) ==
          std::vector<float>{1.5f, -2.0f, 0.0f, 3e38f, 1e-40f, -0.0f});
    CHECK(file.ints("ids") == std::vector<std::int32_t>{-7, std::numeric_limits<int>::max()});
    CHECK(file.bytes("flags", {3}) == std::vector<std::uint8_t>{0, 1, 255});
    CHECK(file.floats("flags") == std::vector<float>{0.0f, 1.0f, 255.0f});
    CHECK(file.floats("empty", {0, 4}).empty());
    CHECK(file.floats("scalar") == std::vector<float>{42.0f});
    CHECK(file.tensor("scalar").shape.empty());
    CHECK(file.floats("a.half")[2] == Approx(-1.0 / 3.0).epsilon(1e-3));
}

TEST_CASE("every tensor starts at a multiple of its element size", "[core]") {
    const std::vector<std::uint8_t> bytes = example().serialize();
    const auto file = SafetensorsFile::parse(bytes, "x", ErrorKind::Input);
    for (const std::string& name : file.tensor_names()) {
        CAPTURE(name);
        const TensorView view = file.tensor(name);
        CHECK(reinterpret_cast<std::uintptr_t>(view.data) % dtype_size(view.dtype) == 0);
    }
}

TEST_CASE("wrong names, shapes and types are errors that name file and tensor", "[core]") {
    const auto file = SafetensorsFile::parse(example().serialize(), "w.st", ErrorKind::Model);
    const auto message_of = [](auto call) {
        try {
            call();
        } catch (const Error& error) {
            CHECK(error.kind() == ErrorKind::Model);
            return std::string(error.what());
        }
        return std::string("no error");
    };
    CHECK(message_of([&] { file.floats("nope"); }) == "safetensors file 'w.st': no tensor 'nope'");
    CHECK(message_of([&] {
              file.floats("b.weight", {3, -1});
          }) == "safetensors file 'w.st': tensor 'b.weight' has shape [2, 3], expected [3, *]");
    CHECK(message_of([&] { file.floats("b.weight", {6}); }) != "no error");
    CHECK(message_of([&] { file.ints("b.weight"); }) != "no error");
    CHECK(message_of([&] { file.bytes("ids"); }) != "no error");
    CHECK(message_of([&] { file.metadata("nope"); }) != "no error");
    CHECK_FALSE(file.contains("nope"));
}

TEST_CASE("all number types are converted", "[core]") {
    SafetensorsWriter writer;
    const auto raw = [](auto value) {
        std::vector<std::uint8_t> bytes(sizeof value);
        std::memcpy(bytes.data(), &value, sizeof value);
        return bytes;
    };
    writer.add_raw("f64", DType::F64, {1}, raw(2.5));
    writer.add_raw("i64", DType::I64, {1}, raw(std::int64_t{-5}));
    writer.add_raw("big", DType::I64, {1}, raw(std::int64_t{1} << 40));
    writer.add_raw("i16", DType::I16, {1}, raw(std::int16_t{-300}));
    writer.add_raw("i8", DType::I8, {1}, raw(std::int8_t{-3}));
    writer.add_raw("bf16", DType::BF16, {1}, {0xc0, 0x3f});
    writer.add_raw("bool", DType::Bool, {1}, {1});
    const auto file = SafetensorsFile::parse(writer.serialize(), "x", ErrorKind::Input);
    CHECK(file.floats("f64")[0] == 2.5f);
    CHECK(file.floats("i64")[0] == -5.0f);
    CHECK(file.floats("i16")[0] == -300.0f);
    CHECK(file.floats("i8")[0] == -3.0f);
    CHECK(file.floats("bf16")[0] == 1.5f);
    CHECK(file.ints("i64")[0] == -5);
    CHECK(file.ints("i8")[0] == -3);
    CHECK(file.bytes("bool")[0] == 1);
    CHECK_THROWS_AS(file.ints("big"), Error);
    CHECK_THROWS_AS(file.floats("bool"), Error);
}

TEST_CASE("the writer refuses shapes that do not fit, names taken, and text that is not UTF-8",
          "[core]") {
    SafetensorsWriter writer;
    CHECK_THROWS_AS(writer.add_f32("x", {2, 2}, {1, 2, 3}), Error);
    CHECK_THROWS_AS(writer.add_f32("x", {-1}, {}), Error);
    CHECK_THROWS_AS(writer.add_raw("x", DType::F32, {1}, {1, 2, 3, 4, 5}), Error);
    CHECK_THROWS_AS(writer.add_f32("__metadata__", {1}, {1}), Error);
    writer.add_f32("x", {1}, {1});
    CHECK_THROWS_AS(writer.add_f32("x", {1}, {1}), Error);
    writer.set_metadata("bad", "\xff\xfe");
    CHECK_THROWS_AS(writer.serialize(), Error);
}

TEST_CASE("a missing file has the kind that was asked for", "[core]") {
    try {
        SafetensorsFile::load("/nonexistent/x.safetensors", ErrorKind::Model);
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Model);
    }
}

TEST_CASE("every half precision number survives the way to f32 and back", "[core]") {
    for (std::uint32_t i = 0; i < 65536; ++i) {
        const auto half = static_cast<std::uint16_t>(i);
        const float value = half_to_float(half);
        if (std::isnan(value)) {
            REQUIRE(std::isnan(half_to_float(float_to_half(value))));
        } else {
            REQUIRE(float_to_half(value) == half);
        }
    }
}

TEST_CASE("f32 is rounded to the nearest half, ties to even", "[core]") {
    CHECK(half_to_float(0x3c00) == 1.0f);
    CHECK(half_to_float(0x0001) == 0x1.0p-24f);
    CHECK(float_to_half(1.0f + 0x1.0p-11f) == 0x3c00);
    CHECK(float_to_half(1.0f + 0x1.8p-10f) == 0x3c02);
    CHECK(float_to_half(1.0f + 0x1.002p-11f) == 0x3c01);
    CHECK(float_to_half(65519.0f) == 0x7bff);
    CHECK(float_to_half(65520.0f) == 0x7c00);
    CHECK(float_to_half(-1e10f) == 0xfc00);
    CHECK(float_to_half(0x1.0p-25f) == 0x0000);
    CHECK(float_to_half(0x1.002p-25f) == 0x0001);
    CHECK(float_to_half(0x1.8p-24f) == 0x0002);
    // The midpoint between each half and the next rounds to the even of the two.
    for (std::uint16_t half = 0; half < 0x7bff; ++half) {
        const float low = half_to_float(half);
        const float high = half_to_float(static_cast<std::uint16_t>(half + 1));
        const float middle = low + (high - low) / 2;
        REQUIRE(float_to_half(middle) == half + (half & 1));
        REQUIRE(float_to_half(std::nextafter(middle, high)) == half + 1);
        REQUIRE(float_to_half(std::nextafter(middle, low)) == half);
    }
}
