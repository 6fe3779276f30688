// SPDX-License-Identifier: Apache-2.0
#include "command_line.h"

#include "commands/prepare_live_command.h"

#include "vasa/core/error.h"
#include "vasa/media/video_file.h"
#include "vasa/render/render.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

using core::Error;
using core::ErrorKind;

const char* const kFooter =
    "Exit codes: 0 done, 1 quality regressed (eval --suite) or marks tampered with (verify), 2 "
    "usage,\n"
    "3 input, 4 model, 5 output, 6 resource, 7 batch with failed items, 8 no marks (verify),\n"
    "70 internal, 130 interrupted (SIGINT), 143 terminated (SIGTERM).\n"
    "Environment: VASA_MODELS (model folder), VASA_C2PA_LIBRARY (libc2pa_c.so), NO_COLOR.\n";

void add_common_options(CLI::App& app, Context& context) {
    app.add_flag("--json", context.json, "Print the result (or the error) as one JSON object");
    app.add_flag("-q,--quiet", context.quiet, "No progress; of the log only warnings and errors");
    app.add_option("--log-level", context.log_level, "debug, info, warning or error")
        ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
        ->capture_default_str();
    app.add_option("--models", context.model_dir, "Model folder")->capture_default_str();
    app.add_option("--threads", context.threads, "Threads, 0 = one per core")
        ->check(CLI::Range(0, render::kMaxThreads))
        ->capture_default_str();
}

/// The first word in lower case, to match the other messages.
std::string as_message(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) {
        text.pop_back();
    }
    if (text.size() > 1 && std::isupper(static_cast<unsigned char>(text[1])) == 0) {
        text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    }
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

void apply_common_options(Context& context) {
    static const std::map<std::string, core::LogLevel> levels = {
        {"debug", core::LogLevel::Debug},
        {"info", core::LogLevel::Info},
        {"warning", core::LogLevel::Warning},
        {"error", core::LogLevel::Error}};
    core::LogLevel level = levels.at(context.log_level);
    if (context.quiet) {
        level = std::max(level, core::LogLevel::Warning);
    }
    context.terminal.configure(level, !context.quiet);
    render::set_num_threads(context.threads);
    media::install_av_log();
}

}  // namespace

bool parse_command_line(int argc, char** argv, Context& context) {
    context.arguments.assign(argv, argv + argc);
    // Set before parsing, so that a parse error can be an object too.
    context.json = std::find(context.arguments.begin(), context.arguments.end(), "--json") !=
                   context.arguments.end();
    context.model_dir = default_model_dir();
    CLI::App app{"Turns a portrait and a speech clip into a talking-head video.", "vasa"};
    app.set_version_flag("--version", std::string("vasa ") + render::version());
    app.footer(kFooter);
    app.require_subcommand(1);
    app.fallthrough();
    add_common_options(app, context);
    add_render_command(app, context);
    add_live_command(app, context);
    add_batch_command(app, context);
    add_encode_command(app, context);
    add_track_command(app, context);
    add_animate_command(app, context);
    add_prepare_command(app, context);
    add_prepare_landmarks_command(app, context);
    add_prepare_live_command(app, context);
    add_prepare_portraits_command(app, context);
    add_train_command(app, context);
    add_measure_command(app, context);
    add_eval_command(app, context);
    add_info_command(app, context);
    add_verify_command(app, context);
    add_detect_command(app, context);
    add_models_command(app, context);
    const bool is_json = context.json;
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        // help() of the requested subcommand.
        const std::vector<CLI::App*> chosen = app.get_subcommands();
        context.json = false;
        context.print_result({}, chosen.empty() ? app.help() : chosen.back()->help());
        return false;
    } catch (const CLI::CallForAllHelp&) {
        context.json = false;
        context.print_result({}, app.help("", CLI::AppFormatMode::All));
        return false;
    } catch (const CLI::CallForVersion& version) {
        context.json = false;
        context.print_result({}, std::string(version.what()) + "\n");
        return false;
    } catch (const CLI::RequiredError& error) {
        context.json = is_json;
        const std::vector<std::string> unknown = app.remaining();
        const bool is_misspelt = app.get_subcommands().empty() && !unknown.empty();
        throw Error(ErrorKind::Usage,
                    is_misspelt ? "unknown subcommand or option '" + unknown.front() + "'"
                                : as_message(error.what()),
                    "see vasa --help");
    } catch (const CLI::ParseError& error) {
        context.json = is_json;
        throw Error(ErrorKind::Usage, as_message(error.what()), "see vasa --help");
    }
    apply_common_options(context);
    return true;
}

}  // namespace vasa::app
