// SPDX-License-Identifier: Apache-2.0
#include "option_text.h"

#include "vasa/core/error.h"
#include "vasa/core/json_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace vasa::render {
namespace {

/// The number in a text for std::from_chars: without surrounding spaces or a leading plus.
std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    text = text.substr(first, text.find_last_not_of(" \t") + 1 - first);
    if (text.size() > 1 && text[0] == '+' && text[1] != '-') {
        text.remove_prefix(1);
    }
    return text;
}

/// @return whether the whole text is a number that the type can hold
template <typename T>
bool read_number(std::string_view text, T& value) {
    text = trimmed(text);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
}

std::string limit_text(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", value);
    return text;
}

bool is_in_range(const OptionField& field, double value) {
    return !(field.min && value < *field.min) && !(field.max && value > *field.max);
}

}  // namespace

void refuse_value(const OptionField& field, const std::string& text) {
    const char* const what = field.kind == FieldKind::Integer  ? "a whole number"
                             : field.kind == FieldKind::Number ? "a number"
                                                               : "";
    const char* const between = *what == '\0' || field.range.empty() ? "" : ", ";
    throw core::Error(core::ErrorKind::Usage,
                      "--" + field.name + " is " + core::quote(text) + ", expected " + what +
                          between + field.range);
}

std::string range_text(std::optional<double> min, std::optional<double> max) {
    if (min && max) {
        return limit_text(*min) + " to " + limit_text(*max);
    }
    return min ? limit_text(*min) + " or more" : "";
}

std::string choice_text(const std::vector<std::string>& choices) {
    std::string text;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        text += (i == 0 ? "" : i + 1 == choices.size() ? " or " : ", ") + choices[i];
    }
    return text;
}

int parse_integer(const OptionField& field, const std::string& text) {
    int value = 0;
    if (!read_number(text, value) || !is_in_range(field, value)) {
        refuse_value(field, text);
    }
    return value;
}

std::uint64_t parse_seed(const OptionField& field, const std::string& text) {
    std::uint64_t value = 0;
    if (!read_number(text, value)) {
        refuse_value(field, text);
    }
    return value;
}

float parse_number(const OptionField& field, const std::string& text) {
    float value = 0;
    if (!read_number(text, value) || !std::isfinite(value) || !is_in_range(field, value)) {
        refuse_value(field, text);
    }
    return value;
}

bool parse_flag(const OptionField& field, const std::string& text) {
    if (text != "true" && text != "false") {
        refuse_value(field, text);
    }
    return text == "true";
}

std::vector<float> parse_list(const OptionField& field,
                              const std::string& text,
                              std::size_t count) {
    std::vector<float> values;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        float value = 0;
        if (!read_number(std::string_view(text).substr(at, end - at), value) ||
            !std::isfinite(value)) {
            values.clear();
            break;
        }
        values.push_back(value);
        at = end + 1;
    }
    if (values.size() != count) {
        refuse_value(field, text);
    }
    return values;
}

std::string number_text(float value) {
    char text[64];
    const auto [end, error] = std::to_chars(text, text + sizeof text, value);
    return error == std::errc() ? std::string(text, end) : std::string("nan");
}

}  // namespace vasa::render
