// SPDX-License-Identifier: Apache-2.0
#include "commands/train_commands.h"
#include "commands/training_arguments.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/models/model_files.h"
#include "vasa/report/curve_plot.h"
#include "vasa/train/sync_trainer.h"

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct TrainSyncArguments {
    train::SyncTrainOptions options;
    std::vector<std::string> shares;
};

#ifdef VASA_WITH_TORCH
void report(const train::SyncValidation& row) {
    char text[160];
    std::snprintf(text,
                  sizeof text,
                  "step %d: loss %.4f, held-out %.4f, own speech nearest of 16 in %.1f %%",
                  row.step,
                  row.train_loss,
                  row.held_out_loss,
                  100.0 * row.accuracy);
    core::log_info(text);
}

void run_train_sync(TrainSyncArguments arguments, Context& context) {
    train::SyncTrainOptions& options = arguments.options;
    options.source_shares = parse_shares(arguments.shares);
    options.head_model = context.model_dir + "/" + models::kHeadModelFile;
    connect_training(options, context);
    options.validated = [&](const std::vector<train::SyncValidation>& rows) {
        report(rows.back());
        if (!options.curves.empty()) {
            report::plot_sync_curves(options.curves + ".png", rows);
        }
    };
    const train::SyncTrainResult result = train::train_sync_expert(options);
    std::string text = options.out + ": " + std::to_string(result.num_steps) + " steps\n";
    for (const auto& [source, accuracy] : result.accuracy) {
        text += "held-out " + source + ": own speech nearest of 16 in " +
                std::to_string(100.0 * accuracy).substr(0, 4) + " %\n";
    }
    context.print_result(
        {{"out", options.out}, {"steps", result.num_steps}, {"accuracy_of_16", result.accuracy}},
        context.quiet ? "" : text);
}
#else
void run_train_sync(const TrainSyncArguments&, Context&) {
    throw core::Error(core::ErrorKind::Resource, "this build has no libtorch");
}
#endif

}  // namespace

void add_train_sync_command(CLI::App& train, Context& context) {
    CLI::App* command =
        train.add_subcommand("sync-expert", "Trains the lip-sync expert on prepared shards");
    const auto arguments = std::make_shared<TrainSyncArguments>();
    train::SyncTrainOptions& options = arguments->options;
    const auto add = [&](const char* name, auto& value, const char* help) {
        command->add_option(name, value, help)->capture_default_str();
    };
    command->add_option("--shards", options.shards, "Folder that `vasa prepare` filled")
        ->required();
    command->add_option("--share", arguments->shares, "Share of a source, SOURCE=0..1")->required();
    add_training_options(*command, options);
    add("--clips", options.clips_per_batch, "Clips a step");
    add("--windows", options.windows_per_clip, "Windows of five frames a clip");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_train_sync(*arguments, context); };
    });
}

}  // namespace vasa::app
