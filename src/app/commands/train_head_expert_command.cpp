// SPDX-License-Identifier: Apache-2.0
#include "commands/train_commands.h"

#include "vasa/core/atomic_file.h"
#include "vasa/train/head_expert_trainer.h"

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct TrainHeadExpertArguments {
    train::HeadExpertTrainOptions options;
    bool force = false;
};

void run_train_head_expert(TrainHeadExpertArguments arguments, Context& context) {
    train::HeadExpertTrainOptions& options = arguments.options;
    options.head_model = context.model_dir + "/" + models::kHeadModelFile;
    options.command = command_text(context);
    options.revision = git_revision();
    options.stop = context.stop;
    options.check();
    { const core::AtomicFile probe(options.out, arguments.force); }
    const train::HeadExpertTrainResult result = train::train_head_expert(options);
    char text[240];
    std::snprintf(text,
                  sizeof text,
                  ": %d shots, %.1f min (%d too short); strongest correlation %.2f; of %d held-out "
                  "shots the own "
                  "mouth is preferred in %.1f %% (3 s) and %.1f %% (10 s)\n",
                  result.num_clips,
                  result.minutes,
                  result.num_left_out,
                  result.correlations.front(),
                  result.num_held_out,
                  100.0 * result.short_stretches.share,
                  100.0 * result.long_stretches.share);
    context.print_result({{"out", options.out},
                          {"clips", result.num_clips},
                          {"minutes", result.minutes},
                          {"held_out", result.num_held_out},
                          {"left_out", result.num_left_out},
                          {"correlations", result.correlations},
                          {"preference_3s", result.short_stretches.share},
                          {"preference_10s", result.long_stretches.share}},
                         context.quiet ? "" : options.out + text);
}

}  // namespace

void add_train_head_expert_command(CLI::App& train, Context& context) {
    CLI::App* command = train.add_subcommand(
        "head-expert", "Fits the mouth-head expert to the motion of recorded speakers");
    const auto arguments = std::make_shared<TrainHeadExpertArguments>();
    train::HeadExpertTrainOptions& options = arguments->options;
    command->add_option("--motion", options.motion, "Folder of motion files, one a shot")
        ->required();
    command->add_option("--held-out", options.held_out, "File of names kept for measuring")
        ->required();
    command->add_option("--out", options.out, "Weights")->capture_default_str();
    command
        ->add_option(
            "--without", options.without, "Feature that the expert does without (repeatable)")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command->add_flag("--force", arguments->force, "Replace existing output");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_train_head_expert(*arguments, context); };
    });
}

}  // namespace vasa::app
