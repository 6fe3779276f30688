// SPDX-License-Identifier: Apache-2.0
#include "context.h"

#include "vasa/train/prepare_portraits.h"

#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

void run_prepare_portraits(train::PreparePortraitsOptions& options, Context& context) {
    options.model_dir = context.model_dir;
    const train::PreparePortraitsReport report =
        train::prepare_portraits(options, context.progress(0.0), context.stop);
    std::string text = std::to_string(report.num_files) + " files (" +
                       std::to_string(report.num_held_out) + " of held-back portraits), " +
                       std::to_string(report.num_pairs) + " pairs made\n";
    for (const auto& [reason, count] : report.dropped) {
        text += "dropped, " + reason + ": " + std::to_string(count) + "\n";
    }
    context.print_result({{"out", options.out},
                          {"files", report.num_files},
                          {"held_out", report.num_held_out},
                          {"pairs", report.num_pairs},
                          {"dropped", report.dropped}},
                         context.quiet ? "" : text);
}

}  // namespace

void add_prepare_portraits_command(CLI::App& app, Context& context) {
    CLI::App* command =
        app.add_subcommand("prepare-portraits", "Portraits to training pairs of the frame decoder");
    const auto options = std::make_shared<train::PreparePortraitsOptions>();
    command
        ->add_option(
            "--portraits", options->portraits, "Folder of images, or of videos of talking people")
        ->required();
    command->add_option("--out", options->out, "Folder for the pairs")->required();
    command->add_option("--source", options->source, "Name of the data, part of the files' names")
        ->capture_default_str();
    command->add_option("--held-out", options->held_out, "File of names kept for measuring");
    command->add_option("--rounds", options->num_rounds, "Times to go through all portraits")
        ->capture_default_str();
    command->add_option("--frames", options->frames_per_video, "Frames looked at in a video")
        ->capture_default_str();
    command->add_option("--seed", options->seed, "Of poses and expressions")->capture_default_str();
    command->callback([options, &context] {
        context.action = [options, &context] { run_prepare_portraits(*options, context); };
    });
}

}  // namespace vasa::app
