// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/markup.h"

#include <cstddef>
#include <cstdint>

namespace vasa::core {
namespace {

/// Bytes of the UTF-8 character that begins at `at`; 0 if none does.
std::size_t character_length(const std::string& text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t first = byte(at);
    if (first < 0x80) {
        return 1;
    }
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || at + length > text.size()) {
        return 0;
    }
    std::uint32_t code = first & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xC0U) != 0x80U) {
            return 0;
        }
        code = code << 6U | (byte(at + i) & 0x3FU);
    }
    const bool is_overlong = code < (length == 4 ? 0x10000U : length == 3 ? 0x800U : 0x80U);
    const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
    const bool is_barred = code == 0xFFFE || code == 0xFFFF || code > 0x10FFFF;
    return is_overlong || is_surrogate || is_barred ? 0 : length;
}

}  // namespace

std::string escape_markup(const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        const std::size_t length = character_length(text, at);
        const bool is_control =
            static_cast<std::uint8_t>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
        if (length == 0 || is_control || c == 0x7F) {
            out += '?';
            ++at;
            continue;
        }
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out.append(text, at, length);
        }
        at += length;
    }
    return out;
}

}  // namespace vasa::core
