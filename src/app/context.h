// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "terminal.h"

#include "vasa/core/progress.h"
#include "vasa/core/stop_token.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace CLI {
class App;
}

namespace vasa::app {

/// What all subcommands share: the options before and after the subcommand's name, the terminal and
/// the stop flag.
struct Context {
    bool json = false;
    bool quiet = false;
    std::string log_level = "info";
    std::string model_dir;  ///< see default_model_dir()
    int threads = 0;
    std::vector<std::string> arguments;  ///< the command line, program name first

    Terminal terminal;
    core::StopToken stop;
    /// Action of the chosen subcommand; its callback sets it, and it runs after parsing.
    std::function<void()> action;
    bool has_result = false;  ///< print_result() was called: its object is complete

    /// Progress on the terminal.
    core::ProgressFn progress(double frames_per_second);
    /// Prints the result: one JSON object (with "warnings" added) with --json, otherwise `text`.
    /// @throws Error(Output) if standard output cannot be written.
    void print_result(nlohmann::json result, const std::string& text);
};

/// VASA_MODELS, else `models` beside the build folder that holds the program, else
/// ../share/vasa/models of an installed program.
std::string default_model_dir();

// One per subcommand, each in its own file: declares the options and sets Context::action.
void add_render_command(CLI::App& app, Context& context);
void add_live_command(CLI::App& app, Context& context);
void add_batch_command(CLI::App& app, Context& context);
void add_encode_command(CLI::App& app, Context& context);
void add_track_command(CLI::App& app, Context& context);
void add_animate_command(CLI::App& app, Context& context);
void add_prepare_command(CLI::App& app, Context& context);
void add_prepare_landmarks_command(CLI::App& app, Context& context);
void add_prepare_portraits_command(CLI::App& app, Context& context);
void add_train_command(CLI::App& app, Context& context);
void add_measure_command(CLI::App& app, Context& context);
void add_eval_command(CLI::App& app, Context& context);
void add_info_command(CLI::App& app, Context& context);
void add_detect_command(CLI::App& app, Context& context);
void add_verify_command(CLI::App& app, Context& context);
void add_models_command(CLI::App& app, Context& context);

}  // namespace vasa::app
