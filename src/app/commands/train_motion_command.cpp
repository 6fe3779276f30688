// SPDX-License-Identifier: Apache-2.0
#include "commands/train_commands.h"
#include "commands/training_arguments.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/models/model_files.h"
#include "vasa/report/curve_plot.h"
#include "vasa/train/motion_trainer.h"

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct TrainMotionArguments {
    train::MotionTrainOptions options;
    std::vector<std::string> shares, shared_styles;
};

#ifdef VASA_WITH_TORCH
void report(const train::MotionValidation& row) {
    char text[200];
    std::snprintf(text,
                  sizeof text,
                  "step %d: loss %.4f, held-out error %.3f %.3f %.3f, mouth %.3f %.3f %.3f, lips "
                  "%.2f mm",
                  row.step,
                  row.train_loss,
                  row.error_100,
                  row.error_500,
                  row.error_900,
                  row.mouth_100,
                  row.mouth_500,
                  row.mouth_900,
                  10.0 * row.lip_error_cm);
    core::log_info(text);
}

void run_train_motion(TrainMotionArguments arguments, Context& context) {
    train::MotionTrainOptions& options = arguments.options;
    options.source_shares = parse_shares(arguments.shares);
    for (const std::string& text : arguments.shared_styles) {
        options.shared_styles.insert(split_setting("--shared-style", text, "SOURCE=OTHER"));
    }
    options.head_model = context.model_dir + "/" + models::kHeadModelFile;
    connect_training(options, context);
    options.validated = [&](const std::vector<train::MotionValidation>& rows) {
        report(rows.back());
        if (!options.curves.empty()) {
            report::plot_motion_curves(options.curves + ".png", rows);
        }
    };
    const train::MotionTrainResult result = train::train_motion(options);
    const train::MotionValidation last =
        result.curves.empty() ? train::MotionValidation{} : result.curves.back();
    context.print_result(
        {{"out", options.out},
         {"steps", result.num_steps},
         {"hours", result.hours},
         {"error_500", last.error_500},
         {"mouth_500", last.mouth_500},
         {"lip_error_cm", last.lip_error_cm}},
        context.quiet ? "" : options.out + ": " + std::to_string(result.num_steps) + " steps\n");
}
#else
void run_train_motion(const TrainMotionArguments&, Context&) {
    throw core::Error(core::ErrorKind::Resource, "this build has no libtorch");
}
#endif

}  // namespace

void add_train_motion_command(CLI::App& train, Context& context) {
    CLI::App* command =
        train.add_subcommand("motion", "Trains the motion network on prepared shards");
    const auto arguments = std::make_shared<TrainMotionArguments>();
    train::MotionTrainOptions& options = arguments->options;
    const auto add = [&](const char* name, auto& value, const char* help) {
        command->add_option(name, value, help)->capture_default_str();
    };
    command->add_option("--shards", options.shards, "Folder that `vasa prepare` filled")
        ->required();
    add_training_options(*command, options);
    add("--init",
        options.init,
        "Initial weights if there is no checkpoint; of the same sizes; may be the file of --out");
    add("--width", options.width, "Width of the network");
    add("--layers", options.num_layers, "Layers");
    add("--heads", options.num_heads, "Attention heads");
    add("--batch", options.batch_size, "Windows a step");
    add("--window", options.window, "New frames of a window");
    add("--least-heard",
        options.least_heard,
        "For live motion: least number of a window's frames whose speech is known; 0 = all");
    add("--history-dropout", options.history_dropout, "Share of windows without motion before");
    add("--lip-loss", options.lip_loss_weight, "Weight of the lips' landmarks");
    add("--velocity-loss", options.velocity_loss_weight, "Weight of differences between frames");
    command->add_option("--share", arguments->shares, "Share of a source, SOURCE=0..1");
    command->add_option("--shared-style",
                        arguments->shared_styles,
                        "A source that moves like another: SOURCE=OTHER");
    add("--default-style", options.default_style, "Source whose style is used by default");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_train_motion(*arguments, context); };
    });
}

}  // namespace vasa::app
