// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/render/option_fields.h"

#include <cstddef>
#include <optional>
#include <string>

namespace vasa::app {

/// Longest line of controls; longer ones are errors.
constexpr std::size_t kMaxControlLine = 4096;

/// What a line of controls asks for; any number of these at once.
struct ControlLine {
    bool interrupt = false;
    bool stats = false;
    std::optional<bool> pause;
    std::string portrait;         ///< file to show
    std::string load;             ///< file to prepare
    render::OptionTexts options;  ///< gaze, emotion and so on, by their names in option_fields()
};

/// Parses a JSON object such as {"emotion": "happy:0.5", "gaze": [10, 0]}. Untrusted.
/// @throws Error(Input) that says what is wrong
ControlLine parse_control_line(const std::string& text);

}  // namespace vasa::app
