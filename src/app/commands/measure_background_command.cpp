// SPDX-License-Identifier: Apache-2.0
#include "commands/measure_commands.h"
#include "context.h"
#include "portrait_list.h"

#include "vasa/eval/background_figures.h"

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct BackgroundArguments {
    std::string portraits, names, backgrounds;
    int limit = 0;
    float depth_px = 40;
};

void run_background(const BackgroundArguments& arguments, Context& context) {
    const eval::BackgroundFigures figures = eval::measure_background(
        context.model_dir,
        chosen_portraits(arguments.portraits, arguments.names, arguments.limit),
        arguments.backgrounds,
        arguments.depth_px,
        context.progress(0),
        context.stop);
    char text[320];
    std::snprintf(text,
                  sizeof text,
                  "%d portraits, background continued %.0f pixels behind them:\n"
                  "error %.1f of 255, of gradients %.2f; detail %.2f of the photographs'\n"
                  "seconds to encode a portrait (median): %.3f\n",
                  figures.num_portraits,
                  arguments.depth_px,
                  figures.error,
                  figures.gradient_error,
                  figures.detail,
                  figures.encode_s_median);
    context.print_result({{"portraits", figures.num_portraits},
                          {"pixels", figures.num_pixels},
                          {"error", figures.error},
                          {"gradient_error", figures.gradient_error},
                          {"detail", figures.detail},
                          {"encode_s_median", figures.encode_s_median}},
                         text);
}

}  // namespace

void add_measure_background_command(CLI::App& measure, Context& context) {
    CLI::App* command =
        measure.add_subcommand("background", "Errors of inpainted backgrounds behind people");
    const auto arguments = std::make_shared<BackgroundArguments>();
    command->add_option("--portraits", arguments->portraits, "Folder of portraits")->required();
    command->add_option("--names", arguments->names, "File with the names to use, one a line")
        ->required();
    command->add_option("--backgrounds", arguments->backgrounds, "Folder of photographs")
        ->required();
    command->add_option("--limit", arguments->limit, "Portraits at most, 0 = all")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_option("--depth", arguments->depth_px, "Pixels behind the outline that count")
        ->check(CLI::Range(1, 512))
        ->capture_default_str();
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_background(*arguments, context); };
    });
}

}  // namespace vasa::app
