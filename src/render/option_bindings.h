// SPDX-License-Identifier: Apache-2.0
// Binds the fields of the option table to RenderOptions: each function here gives a field its
// range, set() and get(), and returns it.
#pragma once

#include "option_text.h"

#include "vasa/render/option_fields.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vasa::render {

// Binds to a member: `access` returns it from const and non-const RenderOptions.
template <typename Access>
OptionField& bind_text(OptionField& field, Access access) {
    field.set = [access](RenderOptions& options, const std::string& text) {
        access(options) = text;
    };
    field.get = [access](const RenderOptions& options) { return access(options); };
    return field;
}

template <typename Access>
OptionField& bind_flag(OptionField& field, Access access) {
    field.range = "true or false";
    field.set = [access, self = field](RenderOptions& options, const std::string& text) {
        access(options) = parse_flag(self, text);
    };
    field.get = [access](const RenderOptions& options) {
        return std::string(access(options) ? "true" : "false");
    };
    return field;
}

template <typename Access>
OptionField& bind_integer(OptionField& field,
                          std::optional<int> min,
                          std::optional<int> max,
                          Access access) {
    field.min = min;
    field.max = max;
    field.range = range_text(field.min, field.max);
    field.set = [access, self = field](RenderOptions& options, const std::string& text) {
        access(options) = parse_integer(self, text);
    };
    field.get = [access](const RenderOptions& options) { return std::to_string(access(options)); };
    return field;
}

/// @param name  gives an enum value's name
template <typename Value, typename Name, typename Access>
OptionField& bind_choice(OptionField& field, std::vector<Value> values, Name name, Access access) {
    for (const Value value : values) {
        field.choices.emplace_back(name(value));
    }
    field.range = choice_text(field.choices);
    field.set = [access, values, self = field](RenderOptions& options, const std::string& text) {
        const auto found = std::find(self.choices.begin(), self.choices.end(), text);
        if (found == self.choices.end()) {
            refuse_value(self, text);
        }
        access(options) = values[static_cast<std::size_t>(found - self.choices.begin())];
    };
    field.get = [access, name](const RenderOptions& options) {
        return std::string(name(access(options)));
    };
    return field;
}

template <typename Access>
OptionField& bind_number(OptionField& field, float min, float max, Access access) {
    field.min = static_cast<double>(min);
    field.max = static_cast<double>(max);
    field.range = range_text(field.min, field.max);
    field.set = [access, self = field](RenderOptions& options, const std::string& text) {
        access(options) = parse_number(self, text);
    };
    field.get = [access](const RenderOptions& options) { return number_text(access(options)); };
    return field;
}

/// Binds to a control.
/// @param curve  its name, as in motion::Controls::names()
OptionField& bind_curve(OptionField& field, const char* curve);
/// Binds to both angles of the gaze, "yaw,pitch".
OptionField& bind_gaze(OptionField& field);
/// Binds to all emotions: "happy", "sad:0.5", "neutral".
OptionField& bind_emotion(OptionField& field);
/// Binds to the file of controls: reads it, and keeps its name.
OptionField& bind_controls(OptionField& field);
OptionField& bind_rate(OptionField& field);
OptionField& bind_seed(OptionField& field);
OptionField& bind_device(OptionField& field);

}  // namespace vasa::render
