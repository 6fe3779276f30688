// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/error.h"
#include "vasa/core/json_text.h"
#include "vasa/render/option_fields.h"

#include <algorithm>
#include <set>

namespace vasa::render {
namespace {

using core::Error;
using core::ErrorKind;

/// Replaces whole curves, so it is set before the options for single curves.
constexpr const char* kFirstOption = "controls";

const OptionField& option(std::string_view name) {
    const OptionField* field = find_option(name);
    if (field == nullptr) {
        throw Error(ErrorKind::Usage, "unknown option " + core::quote(name));
    }
    return *field;
}

void set_field(RenderOptions& options, const OptionField& field, const std::string& text) {
    if (text.find('\0') != std::string::npos) {
        throw Error(ErrorKind::Usage, "--" + field.name + " contains a zero byte");
    }
    field.set(options, text);
}

/// A text as a cell of a Markdown table.
std::string cell(std::string text) {
    for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) {
        text.insert(at, 1, '\\');
    }
    return text;
}

}  // namespace

std::string OptionField::default_text() const {
    return get(RenderOptions());
}

const OptionField* find_option(std::string_view name) {
    const auto is_same = [](char wanted, char given) {
        return wanted == (given == '_' ? '-' : given);
    };
    const std::vector<OptionField>& fields = option_fields();
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const OptionField& field) {
        return std::equal(field.name.begin(), field.name.end(), name.begin(), name.end(), is_same);
    });
    return found == fields.end() ? nullptr : &*found;
}

void set_option(RenderOptions& options, std::string_view name, const std::string& text) {
    set_field(options, option(name), text);
}

std::string get_option(const RenderOptions& options, std::string_view name) {
    return option(name).get(options);
}

void set_options(RenderOptions& options, const OptionTexts& texts) {
    std::set<const OptionField*> given;
    for (const auto& [name, text] : texts) {
        if (!given.insert(&option(name)).second) {
            throw Error(ErrorKind::Usage, "--" + option(name).name + " is given twice");
        }
    }
    for (const bool is_first_pass : {true, false}) {
        for (const auto& [name, text] : texts) {
            const OptionField& field = option(name);
            if ((field.name == kFirstOption) == is_first_pass) {
                set_field(options, field, text);
            }
        }
    }
}

void check_option_ranges(const RenderOptions& options) {
    RenderOptions scratch;
    for (const OptionField& field : option_fields()) {
        const std::string text = field.get(options);
        if (field.kind != FieldKind::InputFile && !text.empty()) {
            field.set(scratch, text);
        }
    }
}

std::string option_table_markdown() {
    std::string table = "| option | meaning | values | default |\n|---|---|---|---|\n";
    for (const OptionField& field : option_fields()) {
        if (field.is_program_wide) {
            continue;
        }
        const std::string value = field.placeholder.empty() ? "" : " " + field.placeholder;
        const std::string initial = field.default_text();
        const bool is_flag = field.kind == FieldKind::Flag;
        table +=
            "| `--" + cell(field.name + value) + "` | " + cell(field.help) + " | " +
            (is_flag ? "" : cell(field.range)) + " | " +
            (is_flag || initial.empty() ? cell(field.default_words) : "`" + cell(initial) + "`") +
            " |\n";
    }
    return table;
}

}  // namespace vasa::render
