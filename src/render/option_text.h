// SPDX-License-Identifier: Apache-2.0
// Option values as text.
#pragma once

#include "vasa/render/option_fields.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace vasa::render {

/// Throws Error(Usage) for a value that the field does not accept.
[[noreturn]] void refuse_value(const OptionField& field, const std::string& text);

/// "0 to 51", "0 or more", ""
std::string range_text(std::optional<double> min, std::optional<double> max);
/// "auto, fast or full"
std::string choice_text(const std::vector<std::string>& choices);

// Each throws Error(Usage) if the text is not such a value or is out of the field's range. Spaces
// around a number are ignored.
int parse_integer(const OptionField& field, const std::string& text);
std::uint64_t parse_seed(const OptionField& field, const std::string& text);
float parse_number(const OptionField& field, const std::string& text);
bool parse_flag(const OptionField& field, const std::string& text);
/// `count` numbers separated by commas; min and max are ignored.
std::vector<float> parse_list(const OptionField& field, const std::string& text, std::size_t count);

/// The shortest text that parse_number() reads as the same value.
std::string number_text(float value);

}  // namespace vasa::render
