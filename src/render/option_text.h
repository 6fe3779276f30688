// SPDX-License-Identifier: Apache-2.0
// Values of options as text.
#pragma once

#include "vasa/render/option_fields.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace vasa::render {

/// Throws the Error(Usage) of a value that a field does not take.
[[noreturn]] void refuse_value(const OptionField& field, const std::string& text);

/// "0 to 51", "0 or more", ""
std::string range_text(std::optional<double> min, std::optional<double> max);
/// "auto, fast or full"
std::string choice_text(const std::vector<std::string>& choices);

// Each throws Error(Usage) for text that is not such a value, or out of the field's range. Spaces
// around a number do not matter.
int parse_integer(const OptionField& field, const std::string& text);
std::uint64_t parse_seed(const OptionField& field, const std::string& text);
float parse_number(const OptionField& field, const std::string& text);
bool parse_flag(const OptionField& field, const std::string& text);
/// `count` numbers separated by commas; min and max are not looked at.
std::vector<float> parse_list(const OptionField& field, const std::string& text, std::size_t count);

/// The shortest text that parse_number() reads as the same value.
std::string number_text(float value);

}  // namespace vasa::render
