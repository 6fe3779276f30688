// SPDX-License-Identifier: Apache-2.0
#include "commands/train_commands.h"

#include "vasa/core/error.h"
#include "vasa/models/model_files.h"
#include "vasa/train/sync_trainer.h"

#include <cstdlib>
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
void run_train_sync(TrainSyncArguments arguments, Context& context) {
    train::SyncTrainOptions& options = arguments.options;
    for (const std::string& text : arguments.shares) {
        const std::size_t split = text.find('=');
        char* end = nullptr;
        const double share =
            split == std::string::npos ? -1.0 : std::strtod(text.c_str() + split + 1, &end);
        if (split == 0 || end == nullptr || *end != '\0' || !(share >= 0.0 && share <= 1.0)) {
            throw core::Error(core::ErrorKind::Usage,
                              "--share is '" + text + "', expected SOURCE=0..1");
        }
        options.source_shares[text.substr(0, split)] = share;
    }
    options.head_model = context.model_dir + "/" + models::kHeadModelFile;
    options.command = command_text(context);
    options.stop = context.stop;
    const auto progress = context.progress(25.0);
    options.progress = [&](int step, int num_steps) { progress(step, num_steps); };
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
    add("--out", options.out, "Weights");
    add("--steps", options.num_steps, "Steps in all");
    add("--clips", options.clips_per_batch, "Clips a step");
    add("--windows", options.windows_per_clip, "Windows of five frames a clip");
    add("--learning-rate", options.learning_rate, "Learning rate; falls along a cosine");
    add("--seed", options.seed, "Seed");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_train_sync(*arguments, context); };
    });
}

}  // namespace vasa::app
