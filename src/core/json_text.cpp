// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/json_text.h"

#include "vasa/core/error.h"

#include <cstddef>
#include <set>
#include <vector>

#include <nlohmann/json.hpp>

namespace vasa::core {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxShown = 80;

[[noreturn]] void fail(const std::string& cause) {
    throw Error(ErrorKind::Input, cause);
}

/// At most kMaxShown bytes, without control characters, cut between UTF-8 characters.
std::string shortened(std::string_view text) {
    std::size_t size = text.size();
    if (size > kMaxShown) {
        size = kMaxShown;
        while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
            --size;
        }
    }
    std::string result;
    for (const char c : text.substr(0, size)) {
        result += static_cast<unsigned char>(c) < 32 || c == 127 ? '?' : c;
    }
    return result + (size < text.size() ? "..." : "");
}

/// "at line 1, column 2: syntax error ..."; the library quotes whole tokens.
std::string cause_of(const json::exception& error) {
    const std::string text = error.what();
    const std::size_t begin = text.find("] ");
    const std::string cause = text.substr(begin == std::string::npos ? 0 : begin + 2);
    const std::size_t token = cause.find("; last read: ");
    return token == std::string::npos
               ? shortened(cause)
               : cause.substr(0, token) + "; last read: " + shortened(cause.substr(token + 13));
}

}  // namespace

json parse_json(std::string_view text, int max_depth) {
    if (text.find('\0') != std::string_view::npos) {
        fail("not JSON: contains a zero byte");
    }
    std::vector<std::set<std::string>> names;
    const auto check = [&](int depth, json::parse_event_t event, json& value) {
        switch (event) {
            case json::parse_event_t::object_start:
                names.emplace_back();
                [[fallthrough]];
            case json::parse_event_t::array_start:
                if (depth >= max_depth) {
                    fail("JSON nested deeper than " + std::to_string(max_depth));
                }
                break;
            case json::parse_event_t::object_end:
                names.pop_back();
                break;
            case json::parse_event_t::key: {
                const auto& name = value.get_ref<const std::string&>();
                if (!names.back().insert(name).second) {
                    fail("JSON with " + quote(name) + " twice in one object");
                }
                break;
            }
            default:
                break;
        }
        return true;
    };
    try {
        return json::parse(text, check);
    } catch (const json::exception& error) {
        fail("no JSON: " + cause_of(error));
    }
}

std::string quote(std::string_view text) {
    return "'" + shortened(text) + "'";
}

std::string shown(const json& value) {
    return shortened(value.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace vasa::core
