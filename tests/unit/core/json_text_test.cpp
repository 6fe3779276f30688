// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/json_text.h"

#include "vasa/core/error.h"

#include <string>

#include <nlohmann/json.hpp>

#include "support/catch.h"

using namespace vasa::core;

namespace {

std::string refusal(const std::string& text) {
    try {
        parse_json(text);
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Input);
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("what JSON allows is parsed", "[core]") {
    CHECK(parse_json(R"({"a": [1, {"a": null}], "b": {"a": "\u0000"}})")["a"][0] == 1);
    CHECK(parse_json(" 1.5\n") == 1.5);
    const std::string deepest = std::string(kMaxJsonDepth, '[') + std::string(kMaxJsonDepth, ']');
    CHECK(refusal(deepest).empty());
}

TEST_CASE("what JSON does not allow, and some that it does, is refused", "[core]") {
    CHECK_THAT(refusal(""), Catch::StartsWith("no JSON"));
    CHECK_THAT(refusal("{"), Catch::StartsWith("no JSON"));
    CHECK_THAT(refusal("{} {}"), Catch::StartsWith("no JSON"));
    CHECK_THAT(refusal("1e999"), Catch::StartsWith("no JSON"));
    CHECK_THAT(refusal("\"\xff\""), Catch::StartsWith("no JSON"));
    CHECK_THAT(refusal(std::string("{}\0garbage", 10)), Catch::Contains("zero byte"));
    CHECK_THAT(refusal(R"({"a": 1, "b": {"a": 1}, "a": 2})"), Catch::Contains("'a' twice"));
    CHECK_THAT(refusal("[" + std::string(kMaxJsonDepth, '[')), Catch::Contains("nested"));
    CHECK_THAT(refusal(std::string(1'000'000, '[')), Catch::Contains("nested"));
    std::string deep;
    for (int i = 0; i < 100'000; ++i) {
        deep += "{\"a\":";
    }
    CHECK_THAT(refusal(deep), Catch::Contains("nested"));
}

TEST_CASE("text of a file is short and printable in messages", "[core]") {
    CHECK(quote("a\n\x1b[31mb") == "'a??[31mb'");
    CHECK(quote(std::string(100, 'x')) == "'" + std::string(80, 'x') + "...'");
    // 79 letters and a two-byte letter, which must not be split.
    CHECK(quote(std::string(79, 'x') + "\xc3\xa9") == "'" + std::string(79, 'x') + "...'");
    CHECK(shown(nlohmann::json{{"a", "\n"}}) == R"({"a":"\n"})");
    CHECK(shown(nlohmann::json(std::string(1000, 'x'))).size() == 83);
    CHECK(shown(nlohmann::json("\xff")) == "\"\xef\xbf\xbd\"");
    CHECK(refusal("{\"a\": \"" + std::string(100'000, 'x')).size() < 300);
}
