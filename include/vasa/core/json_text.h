// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace vasa::core {

/// Nesting limit; this program's files stay far below it.
constexpr int kMaxJsonDepth = 32;

/// Parses untrusted JSON with additional rules: no name twice in one object, no nesting deeper than
/// `max_depth` (the JSON library copies and prints recursively), no zero bytes (the library takes
/// one for the end).
/// @throws Error(Input) that says what is wrong; callers name the file.
nlohmann::json parse_json(std::string_view text, int max_depth = kMaxJsonDepth);

/// Text from a file, for a message: in single quotes, cut to 80 bytes, without control characters.
std::string quote(std::string_view text);

/// A value from a file, for a message: as JSON, cut to 80 bytes.
std::string shown(const nlohmann::json& value);

}  // namespace vasa::core
