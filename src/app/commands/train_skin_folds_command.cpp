// SPDX-License-Identifier: Apache-2.0
#include "commands/train_commands.h"

#include "vasa/core/atomic_file.h"
#include "vasa/train/skin_fold_trainer.h"

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct TrainSkinFoldsArguments {
    train::SkinFoldTrainOptions options;
    bool force = false;
};

void run_train_skin_folds(TrainSkinFoldsArguments arguments, Context& context) {
    train::SkinFoldTrainOptions& options = arguments.options;
    options.model_dir = context.model_dir;
    options.command = command_text(context);
    options.revision = git_revision();
    options.progress = context.progress(0);
    options.stop = context.stop;
    options.check();
    { const core::AtomicFile probe(options.out, arguments.force); }
    const train::SkinFoldTrainResult result = train::train_skin_folds(options);
    char text[200];
    std::snprintf(
        text,
        sizeof text,
        ": %d persons (%d kept for measuring, %d without a usable face); folds leave %.0f "
        "%% of the change beside nose and mouth\n",
        result.num_persons,
        result.num_held_out,
        result.num_left_out,
        100.0 * static_cast<double>(result.unexplained));
    context.print_result({{"out", options.out},
                          {"persons", result.num_persons},
                          {"held_out", result.num_held_out},
                          {"left_out", result.num_left_out},
                          {"unexplained", result.unexplained}},
                         context.quiet ? "" : options.out + text);
}

}  // namespace

void add_train_skin_folds_command(CLI::App& train, Context& context) {
    CLI::App* command = train.add_subcommand(
        "skin-folds", "Learns how skin folds from neutral and smiling pictures of the same people");
    const auto arguments = std::make_shared<TrainSkinFoldsArguments>();
    train::SkinFoldTrainOptions& options = arguments->options;
    command
        ->add_option("--pairs",
                     options.pairs,
                     "Folder with neutral_front and smiling_front, one picture a person in each")
        ->required();
    command->add_option("--held-out", options.held_out, "File of persons kept for measuring")
        ->required();
    command->add_option("--out", options.out, "Skin folds")->capture_default_str();
    command->add_flag("--force", arguments->force, "Replace existing output");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_train_skin_folds(*arguments, context); };
    });
}

}  // namespace vasa::app
