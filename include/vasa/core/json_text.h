// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace vasa::core {

/// Nesting that files of this program stay far below.
constexpr int kMaxJsonDepth = 32;

/// Parses JSON that others wrote, with rules of its own: no name twice in one object, no nesting
/// deeper than `max_depth` (the JSON library copies and prints by recursion), no zero bytes (it
/// takes one for the end).
/// @throws Error(Input) that says what is wrong; callers name the file.
nlohmann::json parse_json(std::string_view text, int max_depth = kMaxJsonDepth);

/// Text of a file for a message: in single quotes, cut to 80 bytes, without control characters.
std::string quote(std::string_view text);

/// A value of a file for a message: as JSON, cut to 80 bytes.
std::string shown(const nlohmann::json& value);

}  // namespace vasa::core
