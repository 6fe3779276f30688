// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/rng.h"
#include "vasa/core/safetensors.h"

#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa::core;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes file_of(const std::string& header, std::size_t num_data_bytes, std::int64_t declared = -1) {
    const auto length = declared < 0 ? header.size() : static_cast<std::uint64_t>(declared);
    Bytes bytes;
    for (int i = 0; i < 8; ++i) {
        bytes.push_back(static_cast<std::uint8_t>(length >> (8 * i)));
    }
    bytes.insert(bytes.end(), header.begin(), header.end());
    bytes.resize(bytes.size() + num_data_bytes, 1);
    return bytes;
}

bool is_refused(const Bytes& bytes) {
    try {
        SafetensorsFile::parse(bytes, "hostile", ErrorKind::Input);
        return false;
    } catch (const Error& error) {
        return error.kind() == ErrorKind::Input &&
               std::string(error.what()).find("'hostile'") != std::string::npos;
    }
}

std::string tensor(const std::string& dtype, const std::string& shape, const std::string& range) {
    return R"({"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + range + "}";
}

}  // namespace

TEST_CASE("good headers are accepted", "[core]") {
    CHECK_FALSE(is_refused(file_of("{}", 0)));
    CHECK_FALSE(is_refused(file_of("{}      ", 0)));
    CHECK_FALSE(is_refused(file_of(R"({"a":)" + tensor("F32", "[2]", "[0,8]") + "}", 8)));
    CHECK_FALSE(is_refused(file_of(R"({"a":)" + tensor("F32", "[]", "[0,4]") + "}", 4)));
    CHECK_FALSE(is_refused(file_of(R"({"a":)" + tensor("F32", "[0]", "[0,0]") + "}", 0)));
    // Stored in another order than in the header.
    CHECK_FALSE(is_refused(file_of(R"({"a":)" + tensor("U8", "[3]", "[4,7]") + R"(,"b":)" +
                                       tensor("F32", "[1]", "[0,4]") + "}",
                                   7)));
}

TEST_CASE("damaged lengths are refused", "[core]") {
    CHECK(is_refused({}));
    CHECK(is_refused({1, 2, 3}));
    CHECK(is_refused(file_of("", 0)));
    CHECK(is_refused(file_of("", 0, 0)));
    CHECK(is_refused(file_of("{}", 0, 3)));
    CHECK(is_refused(file_of("{}", 0, 100'000'001)));
    CHECK(is_refused(file_of("{}", 0, INT64_MAX)));
    Bytes all_ones = file_of("{}", 0);
    std::fill(all_ones.begin(), all_ones.begin() + 8, 0xff);
    CHECK(is_refused(all_ones));
    CHECK(is_refused(file_of("{}", 1)));  // bytes that belong to no tensor
}

TEST_CASE("headers that are not what the format asks for are refused", "[core]") {
    for (const std::string& header : {
             std::string("[]"),
             std::string("null"),
             std::string("1"),
             std::string(" {}"),
             std::string("{"),
             std::string("{}}"),
             std::string("{}x"),
             std::string("{\"a\":1}"),
             std::string("{\"a\":[]}"),
             std::string("{\"a\":{}}"),
             std::string("{\"a\":null}"),
             std::string("{\"\xff\":{}}"),
             std::string("{}\0", 3),
             std::string("{}\0garbage", 10),
             std::string(R"({"__metadata__":1})"),
             std::string(R"({"__metadata__":{"a":1}})"),
             std::string(R"({"__metadata__":{"a":{"b":"c"}}})"),
             std::string(R"({"__metadata__":{},"__metadata__":{}})"),
             std::string(R"({"__metadata__":{"a":"1","a":"2"}})"),
             std::string(R"({"a":{"dtype":"F32","shape":[0]}})"),
             std::string(R"({"a":{"dtype":"F32","data_offsets":[0,0]}})"),
             std::string(R"({"a":{"shape":[0],"data_offsets":[0,0]}})"),
             std::string(R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"x":1}})"),
         }) {
        CAPTURE(header);
        CHECK(is_refused(file_of(header, 0)));
    }
    CHECK(is_refused(file_of(std::string(1'000'000, '['), 0)));
    CHECK(is_refused(file_of("{\"a\":" + std::string(1'000'000, '['), 0)));
    std::string deep;
    for (int i = 0; i < 100'000; ++i) {
        deep += "{\"a\":";
    }
    CHECK(is_refused(file_of(deep, 0)));
}

TEST_CASE("tensors whose sizes or places are wrong are refused", "[core]") {
    const std::vector<std::string> bad = {
        tensor("F32", "[2]", "[0,4]"),
        tensor("F32", "[1]", "[0,8]"),
        tensor("F99", "[2]", "[0,8]"),
        tensor("f32", "[2]", "[0,8]"),
        tensor("", "[2]", "[0,8]"),
        tensor("F32", "[2]", "[8,0]"),
        tensor("F32", "[2]", "[0,9]"),
        tensor("F32", "[2]", "[1,9]"),
        tensor("F32", "[2]", "[-8,0]"),
        tensor("F32", "[2]", "[0,8.0]"),
        tensor("F32", "[2]", "[0]"),
        tensor("F32", "[2]", "[0,8,8]"),
        tensor("F32", "[2]", "8"),
        tensor("F32", "2", "[0,8]"),
        tensor("F32", "[-2]", "[0,8]"),
        tensor("F32", "[-2,-1]", "[0,8]"),
        tensor("F32", "[2.0]", "[0,8]"),
        tensor("F32", "[\"2\"]", "[0,8]"),
        tensor("F32", "[true,2]", "[0,8]"),
        tensor("F32", "[18446744073709551615]", "[0,8]"),
        tensor("F32", "[4611686018427387906]", "[0,8]"),      // times 4 wraps to 8
        tensor("F32", "[4294967296,4294967296,2]", "[0,8]"),  // product wraps
        tensor("F32", "[2]", "[18446744073709551608,0]"),
        tensor("F32", "[2]", "[0,18446744073709551615]"),
        tensor("F32", "[2]", "[0,99999999999999999999999]"),
    };
    for (const std::string& info : bad) {
        CAPTURE(info);
        CHECK(is_refused(file_of("{\"a\":" + info + "}", 8)));
    }
}

TEST_CASE("overlaps, holes and names twice are refused", "[core]") {
    const std::string a = R"({"a":)" + tensor("U8", "[4]", "[0,4]") + ",";
    CHECK(is_refused(file_of(a + R"("b":)" + tensor("U8", "[4]", "[3,7]") + "}", 7)));
    CHECK(is_refused(file_of(a + R"("b":)" + tensor("U8", "[4]", "[0,4]") + "}", 4)));
    CHECK(is_refused(file_of(a + R"("b":)" + tensor("U8", "[4]", "[5,9]") + "}", 9)));
    CHECK(is_refused(file_of(a + R"("b":)" + tensor("U8", "[4]", "[4,8]") + "}", 9)));
    CHECK(is_refused(file_of(a + R"("a":)" + tensor("U8", "[4]", "[4,8]") + "}", 8)));
    CHECK_FALSE(is_refused(file_of(a + R"("b":)" + tensor("U8", "[4]", "[4,8]") + "}", 8)));
}

TEST_CASE("every truncation of a good file is refused", "[core]") {
    SafetensorsWriter writer;
    writer.set_metadata("k", "v");
    writer.add_f32("a", {2, 2}, {1, 2, 3, 4});
    writer.add_u8("b", {3}, {1, 2, 3});
    const Bytes good = writer.serialize();
    for (std::size_t size = 0; size < good.size(); ++size) {
        CAPTURE(size);
        REQUIRE(is_refused(Bytes(good.begin(), good.begin() + static_cast<long>(size))));
    }
}

TEST_CASE("random damage gives a file whose tensors can be read, or an error", "[core]") {
    SafetensorsWriter writer;
    writer.set_metadata("k", "v");
    writer.add_f32("a", {2, 2}, {1, 2, 3, 4});
    writer.add_i32("b", {3}, {1, 2, 3});
    const Bytes good = writer.serialize();
    Rng rng(11);
    int refused = 0;
    for (int round = 0; round < 20'000; ++round) {
        Bytes bytes = good;
        for (std::uint64_t n = rng.below(4); n-- > 0 || bytes == good;) {
            const auto at = static_cast<std::size_t>(rng.below(bytes.size()));
            bytes[at] = static_cast<std::uint8_t>(rng.below(2) ? bytes[at] ^ (1u << rng.below(8))
                                                               : rng.below(256));
            if (n > 4) {
                break;
            }
        }
        try {
            const auto file = SafetensorsFile::parse(bytes, "hostile", ErrorKind::Input);
            for (const std::string& name : file.tensor_names()) {
                const TensorView view = file.tensor(name);
                const auto count = static_cast<std::size_t>(view.num_elements());
                REQUIRE(view.num_bytes == count * dtype_size(view.dtype));
                if (view.dtype != DType::Bool) {
                    REQUIRE(file.floats(name).size() == count);
                }
            }
        } catch (const Error&) {
            ++refused;
        }
    }
    CHECK(refused > 5'000);
}
