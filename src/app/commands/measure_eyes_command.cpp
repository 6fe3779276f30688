// SPDX-License-Identifier: Apache-2.0
#include "commands/measure_commands.h"
#include "context.h"
#include "decoder_argument.h"

#include "vasa/core/name_list.h"
#include "vasa/decode/eye_colour.h"
#include "vasa/eval/eye_figures.h"
#include "vasa/media/image_file.h"

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct EyeArguments {
    std::string portraits, names, decoder = "geometry", colour = "auto", out;
    int limit = 0;
    bool force = false;
};

void run_eyes(const EyeArguments& arguments, Context& context) {
    eval::EyeMeasuring measuring;
    measuring.model_dir = context.model_dir;
    measuring.folder = arguments.portraits;
    const std::vector<std::string> names = core::read_name_list(arguments.names);
    // Evenly spread over the list.
    const std::size_t count =
        arguments.limit == 0
            ? names.size()
            : std::min<std::size_t>(static_cast<std::size_t>(arguments.limit), names.size());
    for (std::size_t i = 0; i < count; ++i) {
        measuring.names.push_back(names[i * names.size() / count]);
    }
    measuring.network = load_decoder(arguments.decoder, "auto", context);
    measuring.colour = decode::parse_eye_colour(arguments.colour);
    const eval::EyeFigures figures =
        eval::measure_eyes(measuring, context.progress(0), context.stop);
    if (!arguments.out.empty()) {
        media::save_png(arguments.out, figures.strips, arguments.force);
    }
    char text[512];
    std::snprintf(text,
                  sizeof text,
                  "%d portraits shut by a blink, %d of them found shut\n"
                  "opened with a lid opening of %.2f to %.2f: %d (%.1f %%)\n"
                  "lid opening: 5 %%: %.3f, median %.3f, 95 %%: %.3f\n"
                  "unmoved frame of the shut portrait: median %.1f dB, 5 %%: %.1f dB; without the "
                  "eyes, 5 %%: %.1f dB\n",
                  figures.num_portraits,
                  figures.num_shut,
                  static_cast<double>(measuring.min_opening),
                  static_cast<double>(measuring.max_opening),
                  figures.num_open,
                  100.0 * figures.num_open / figures.num_portraits,
                  figures.opening_p05,
                  figures.opening_median,
                  figures.opening_p95,
                  figures.unmoved_psnr_median,
                  figures.unmoved_psnr_p05,
                  figures.skin_psnr_p05);
    std::string lines = text;
    for (const std::string& failure : figures.failures) {
        lines += "not used: " + failure + "\n";
    }
    context.print_result({{"portraits", figures.num_portraits},
                          {"shut", figures.num_shut},
                          {"open", figures.num_open},
                          {"opening_p05", figures.opening_p05},
                          {"opening_median", figures.opening_median},
                          {"opening_p95", figures.opening_p95},
                          {"unmoved_psnr_median", figures.unmoved_psnr_median},
                          {"unmoved_psnr_p05", figures.unmoved_psnr_p05},
                          {"skin_psnr_p05", figures.skin_psnr_p05},
                          {"failures", figures.failures}},
                         lines);
}

}  // namespace

void add_measure_eyes_command(CLI::App& measure, Context& context) {
    CLI::App* command =
        measure.add_subcommand("eyes", "How eyes open in portraits that show them shut");
    const auto arguments = std::make_shared<EyeArguments>();
    command->add_option("--portraits", arguments->portraits, "Folder of portraits")->required();
    command->add_option("--names", arguments->names, "File with the names to use, one a line")
        ->required();
    command->add_option("--decoder", arguments->decoder, "fast, full or geometry")
        ->check(CLI::IsMember({"fast", "full", "geometry"}))
        ->capture_default_str();
    command->add_option("--eye-colour", arguments->colour, "Of the eyes that open")
        ->check(CLI::IsMember({"auto", "brown", "blue", "green", "grey", "hazel"}))
        ->capture_default_str();
    command->add_option("--limit", arguments->limit, "Portraits at most, 0 = all")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_option("--out", arguments->out, "PNG file: eyes as given, shut, opened");
    command->add_flag("--force", arguments->force, "Replace existing output");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_eyes(*arguments, context); };
    });
}

}  // namespace vasa::app
