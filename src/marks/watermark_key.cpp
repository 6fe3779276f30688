// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/marks/watermark.h"

#include <string_view>
#include <vector>

namespace vasa::marks {
namespace {

constexpr std::uint64_t kMaxKeyFileBytes = 4096;
constexpr const char* kHint = "a key is made by: openssl rand -hex 32";

/// -1 if it is none.
int hex_value(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

[[noreturn]] void fail(const std::string& name, const std::string& found) {
    // The text is not shown: it may be a secret with a typing error.
    throw core::Error(
        core::ErrorKind::Input,
        "cannot read watermark key '" + name + "': " + found + ", expected 64 hexadecimal digits",
        kHint);
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpaces = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kSpaces);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

}  // namespace

WatermarkKey WatermarkKey::public_key() {
    return parse_watermark_key(core::sha256_text("vasa watermark: public key, format 1"), "public");
}

WatermarkKey parse_watermark_key(const std::string& text, const std::string& name) {
    const std::string_view digits = trimmed(text);
    WatermarkKey key;
    if (digits.size() != 2 * key.bytes.size()) {
        fail(name, std::to_string(digits.size()) + " characters");
    }
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const int value = hex_value(digits[i]);
        if (value < 0) {
            fail(name, "character " + std::to_string(i + 1) + " is not one");
        }
        key.bytes[i / 2] = static_cast<std::uint8_t>(key.bytes[i / 2] * 16 + value);
    }
    return key;
}

WatermarkKey load_watermark_key(const std::string& path) {
    const std::vector<std::uint8_t> bytes = core::read_file(path, kMaxKeyFileBytes);
    return parse_watermark_key({bytes.begin(), bytes.end()}, path);
}

}  // namespace vasa::marks
