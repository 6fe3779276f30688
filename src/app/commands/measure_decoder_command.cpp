// SPDX-License-Identifier: Apache-2.0
#include "commands/measure_commands.h"
#include "context.h"
#include "decoder_argument.h"
#include "portrait_list.h"

#include "vasa/eval/decoder_figures.h"
#include "vasa/render/option_fields.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct DecoderArguments {
    std::string portraits, names, decoder = "fast", precision = "auto";
    int limit = 0, num_pairs = 2;
    std::uint64_t seed = 1;
};

void run_decoder(const DecoderArguments& arguments, Context& context) {
    const decode::BatchNetwork network =
        load_decoder(arguments.decoder, arguments.precision, context);
    const eval::DecoderFigures figures = eval::measure_decoder(
        context.model_dir,
        chosen_portraits(arguments.portraits, arguments.names, arguments.limit),
        network,
        arguments.num_pairs,
        arguments.seed,
        context.progress(0),
        context.stop);
    constexpr std::array<const char*, eval::kNumLostRegions> kNames = {
        "mouth", "fitted_mouth", "eyes", "skin"};
    nlohmann::json lost;
    char line[512];
    std::snprintf(line,
                  sizeof line,
                  "%s on %d portraits, error of lost pixels (0-255):\n",
                  arguments.decoder.c_str(),
                  figures.num_portraits);
    std::string text = line;
    for (int r = 0; r < eval::kNumLostRegions; ++r) {
        const eval::LostFigures& f = figures.lost[r];
        std::snprintf(
            line,
            sizeof line,
            "  %-12s %5.1f of geometry's %5.1f (%3.0f %%), gradient %5.1f of %5.1f (%3.0f "
            "%%), detail %.2f of the photo's (geometry %.2f)\n",
            kNames[r],
            f.painted,
            f.geometry,
            100 * f.painted / std::max(f.geometry, 1e-9),
            f.painted_gradient,
            f.geometry_gradient,
            100 * f.painted_gradient / std::max(f.geometry_gradient, 1e-9),
            f.painted_detail,
            f.geometry_detail);
        text += line;
        lost[kNames[r]] = {{"pixels", f.num_pixels},
                           {"geometry", f.geometry},
                           {"painted", f.painted},
                           {"geometry_gradient", f.geometry_gradient},
                           {"painted_gradient", f.painted_gradient},
                           {"geometry_detail", f.geometry_detail},
                           {"painted_detail", f.painted_detail}};
    }
    std::snprintf(
        line,
        sizeof line,
        "unmoved frame: %.1f dB (5 %%: %.1f dB), detail %.3f of the photo's\n"
        "slow jaw: the mouth's inside changes %.2f times as much as the geometry's, and has "
        "%.2f times as much detail;\n"
        "  more than 3 pixels from the lips it changes by %.2f a frame, the geometry by %.2f\n"
        "the same motion again: largest difference %d; background changes by %.4f\n",
        figures.self_psnr_median,
        figures.self_psnr_p05,
        figures.self_detail,
        figures.ramp_change,
        figures.ramp_detail,
        figures.ramp_deep_painted,
        figures.ramp_deep_geometry,
        figures.repeat_difference,
        figures.background_change);
    text += line;
    context.print_result({{"decoder", arguments.decoder},
                          {"portraits", figures.num_portraits},
                          {"lost", lost},
                          {"self_psnr_median", figures.self_psnr_median},
                          {"self_psnr_p05", figures.self_psnr_p05},
                          {"self_detail", figures.self_detail},
                          {"ramp_change", figures.ramp_change},
                          {"ramp_detail", figures.ramp_detail},
                          {"ramp_deep_painted", figures.ramp_deep_painted},
                          {"ramp_deep_geometry", figures.ramp_deep_geometry},
                          {"repeat_difference", figures.repeat_difference},
                          {"background_change", figures.background_change}},
                         text);
}

}  // namespace

void add_measure_decoder_command(CLI::App& measure, Context& context) {
    CLI::App* command =
        measure.add_subcommand("decoder", "Errors of the frame decoder in disoccluded pixels");
    const auto arguments = std::make_shared<DecoderArguments>();
    command->add_option("--portraits", arguments->portraits, "Folder of portraits")->required();
    command->add_option("--names", arguments->names, "File with the names to use, one a line")
        ->required();
    command->add_option("--decoder", arguments->decoder, "fast, full or geometry")
        ->check(CLI::IsMember({"fast", "full", "geometry"}))
        ->capture_default_str();
    command
        ->add_option("--precision", arguments->precision, render::find_option("precision")->range)
        ->capture_default_str();
    command->add_option("--limit", arguments->limit, "Portraits at most, 0 = all")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_option("--pairs", arguments->num_pairs, "Hidden and painted again, each portrait")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    command->add_option("--seed", arguments->seed, "Of what is hidden")->capture_default_str();
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_decoder(*arguments, context); };
    });
}

}  // namespace vasa::app
