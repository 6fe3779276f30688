// SPDX-License-Identifier: Apache-2.0
#include "option_arguments.h"

#include "vasa/render/live_options.h"

#include <algorithm>
#include <cstdint>

#include <CLI/CLI.hpp>

namespace vasa::app {
namespace {

using render::FieldKind;
using render::OptionField;

void add_field(CLI::App& command, const OptionField& field, OptionArguments& arguments) {
    const std::string name = "--" + field.name;
    // The table parses values, so that job lists and the command line accept the same ones.
    const auto take = [&arguments, key = field.name](const std::string& text) {
        arguments.texts.emplace_back(key, text);
    };
    if (field.kind == FieldKind::Flag) {
        command
            .add_flag_function(
                name,
                [take](std::int64_t count) { take(count > 0 ? "true" : "false"); },
                field.help)
            ->group(field.group);
        return;
    }
    CLI::Option* option = command.add_option_function<std::string>(
        name, take, field.help + (field.range.empty() ? "" : " (" + field.range + ")"));
    option->group(field.group)
        ->type_name(field.placeholder)
        ->default_str(field.default_words.empty() ? field.default_text() : field.default_words)
        ->required(field.is_required);
}

}  // namespace

bool OptionArguments::has(const std::string& name) const {
    return std::any_of(
        texts.begin(), texts.end(), [&](const auto& option) { return option.first == name; });
}

render::RenderOptions OptionArguments::to_options() const {
    render::RenderOptions options;
    render::set_options(options, texts);
    return options;
}

void add_render_arguments(CLI::App& command, OptionArguments& arguments) {
    for (const OptionField& field : render::option_fields()) {
        if (!field.is_program_wide) {
            add_field(command, field, arguments);
        }
    }
}

void add_live_arguments(CLI::App& command, OptionArguments& arguments) {
    for (const OptionField& field : render::option_fields()) {
        if (!field.is_program_wide && render::is_live_option(field.name)) {
            add_field(command, field, arguments);
        }
    }
}

void add_motion_arguments(CLI::App& command, OptionArguments& arguments) {
    for (const OptionField& field : render::option_fields()) {
        if (field.is_speech_motion) {
            add_field(command, field, arguments);
        }
    }
}

}  // namespace vasa::app
