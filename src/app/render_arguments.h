// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "motion_arguments.h"

#include "vasa/render/render.h"

#include <string>

namespace CLI {
class App;
}

namespace vasa::app {

/// Options of `vasa render`, which are also those of a batch's jobs.
struct RenderArguments {
    render::RenderOptions options;
    std::string fps = "25";
    std::string decoder = "auto";
    std::string precision = "auto";
    MotionArguments motion;

    /// @throws Error(Usage); Error(Input) for a control file
    render::RenderOptions to_options() const;
};

void add_render_arguments(CLI::App& command, RenderArguments& arguments);

}  // namespace vasa::app
