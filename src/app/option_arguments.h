// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/render/option_fields.h"

#include <string>

namespace CLI {
class App;
}

namespace vasa::app {

/// Options of a render as given on the command line.
struct OptionArguments {
    render::OptionTexts texts;  ///< the given ones, by the names of render::option_fields()

    bool has(const std::string& name) const;
    /// @throws Error(Usage); Error(Input) for a control file
    render::RenderOptions to_options() const;
};

/// Adds the options of `vasa render`.
void add_render_arguments(CLI::App& command, OptionArguments& arguments);
/// Adds those of them that a live stream has.
void add_live_arguments(CLI::App& command, OptionArguments& arguments);
/// Adds those of them that control how speech becomes motion.
void add_motion_arguments(CLI::App& command, OptionArguments& arguments);

}  // namespace vasa::app
