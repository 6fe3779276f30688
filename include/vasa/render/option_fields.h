// SPDX-License-Identifier: Apache-2.0
// The table of the options of a render. Command line, help, job lists, suites, job records, tags
// and the README's table are generated from it: an option is added here and nowhere else.
#pragma once

#include "vasa/render/render_options.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vasa::render {

enum class FieldKind {
    InputFile,
    OutputFile,
    Text,
    Choice,   ///< one of OptionField::choices
    Integer,  ///< whole number
    Number,
    List,  ///< numbers, separated by commas
    Flag,  ///< "true" or "false"
};

/// What the record of a finished job stores for a field. A job is repeated if this has changed.
enum class FieldRecord {
    None,     ///< does not change the result
    Setting,  ///< the value
    Input,    ///< the file's size, time of change and SHA-256
};

/// An option of a render.
struct OptionField {
    std::string name;   ///< without dashes, words separated by '-'
    std::string group;  ///< heading in the help
    FieldKind kind = FieldKind::Text;
    std::string placeholder;           ///< for the value: "FILE", "N"; empty for flags
    std::string help;                  ///< a phrase, without range and default
    std::string range;                 ///< accepted values in words: "0 to 51"; empty for any text
    std::optional<double> min, max;    ///< for Integer and Number
    std::vector<std::string> choices;  ///< for Choice
    std::string default_words;  ///< describe a default that depends on the inputs, for the help
    /// Names of the controls whose curves the field sets; its value is that of the curves.
    std::vector<std::string> curves;

    FieldRecord record = FieldRecord::None;
    bool is_tag = false;            ///< goes into the clip's tag com.vasa.settings
    bool is_speech_motion = false;  ///< also in `vasa animate`: controls how speech becomes motion
    bool is_required = false;       ///< must be given on the command line
    bool is_program_wide = false;   ///< one for all jobs of a process; job lists may not set it
    /// Whether the field affects the render that the other fields describe; null = always.
    bool (*matters)(const RenderOptions&) = nullptr;

    /// @throws Error(Usage) naming the option, what is expected and the value; Error(Input) for the
    ///         file of --controls
    std::function<void(RenderOptions&, const std::string& text)> set;
    /// The current value as text for set(); empty for a curve that is not constant.
    std::function<std::string(const RenderOptions&)> get;

    /// The text that get() returns for default RenderOptions.
    std::string default_text() const;
};

/// All fields, in the order of the help.
const std::vector<OptionField>& option_fields();

/// @param name  without dashes; '_' is equivalent to '-'
/// @return null if there is none
const OptionField* find_option(std::string_view name);

/// Sets one option by its name. --controls replaces the curves of its file, so it is set before the
/// options for single curves. The name is as in find_option(); errors are as in OptionField::set(),
/// and Error(Usage) for an unknown name.
void set_option(RenderOptions& options, std::string_view name, const std::string& text);
/// @throws Error(Usage) for an unknown name
std::string get_option(const RenderOptions& options, std::string_view name);

/// Names of options with their values.
using OptionTexts = std::vector<std::pair<std::string, std::string>>;

/// Sets several options. Their order does not matter: --controls is set first, so that the others
/// replace its curves.
/// @throws Error(Usage) as set_option(), and for a repeated name
void set_options(RenderOptions& options, const OptionTexts& texts);

/// Checks every number against its field's range.
/// @throws Error(Usage)
void check_option_ranges(const RenderOptions& options);

/// The fields of jobs as rows of a Markdown table, for the README.
std::string option_table_markdown();

}  // namespace vasa::render
