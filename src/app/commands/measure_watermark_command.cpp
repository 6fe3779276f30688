// SPDX-License-Identifier: Apache-2.0
#include "commands/measure_commands.h"
#include "context.h"

#include "vasa/eval/watermark_figures.h"
#include "vasa/render/render.h"

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct WatermarkArguments {
    std::vector<std::string> clips;
    std::string folder, only;
    bool unmarked = false;
    marks::MarkStrengthParams strength;
    int num_windows = 100;
    std::uint64_t seed = 1;
};

void run_attacks(const WatermarkArguments& arguments, Context& context) {
    const eval::WatermarkFigures figures = eval::measure_watermark(arguments.clips,
                                                                   arguments.folder,
                                                                   arguments.only,
                                                                   arguments.strength,
                                                                   arguments.seed,
                                                                   context.progress(0),
                                                                   context.stop);
    std::string text;
    char line[256];
    nlohmann::json attacks = nlohmann::json::array();
    for (const eval::AttackFigures& attack : figures.attacks) {
        std::snprintf(line,
                      sizeof line,
                      "%-30s %2.0f s  read %3d of %3d  peak %5.1f  symbols right %.3f\n",
                      attack.name.c_str(),
                      attack.duration_s,
                      attack.num_read,
                      attack.num_parts,
                      attack.score,
                      attack.confidence);
        text += line;
        attacks.push_back({{"name", attack.name},
                           {"seconds", attack.duration_s},
                           {"parts", attack.num_parts},
                           {"read", attack.num_read},
                           {"score", attack.score},
                           {"confidence", attack.confidence}});
    }
    std::snprintf(line,
                  sizeof line,
                  "%d clips, 64 bits each; PSNR mean %.1f dB, lowest %.1f dB; marking a frame %.2f "
                  "ms of processor time; size at CRF 18: %.2f of unmarked\n",
                  figures.num_clips,
                  figures.psnr_mean,
                  figures.psnr_min,
                  figures.mark_ms,
                  figures.growth);
    context.print_result({{"clips", figures.num_clips},
                          {"attacks", std::move(attacks)},
                          {"psnr_mean", figures.psnr_mean},
                          {"psnr_min", figures.psnr_min},
                          {"mark_ms", figures.mark_ms},
                          {"growth", figures.growth}},
                         text + line);
}

void run_unmarked(const WatermarkArguments& arguments, Context& context) {
    const eval::FalseMarkFigures figures = eval::measure_false_marks(
        arguments.clips, arguments.num_windows, arguments.seed, context.progress(0), context.stop);
    char text[256];
    std::snprintf(text,
                  sizeof text,
                  "%d windows of 5 s without a mark: %d found, %d with matching bits, "
                  "highest peak %.1f, lowest bound %.1e\n",
                  figures.num_trials,
                  figures.num_found,
                  figures.num_matching,
                  figures.highest_score,
                  figures.lowest_bound);
    context.print_result({{"windows", figures.num_trials},
                          {"found", figures.num_found},
                          {"matching", figures.num_matching},
                          {"highest_score", figures.highest_score},
                          {"lowest_bound", figures.lowest_bound}},
                         text);
}

}  // namespace

void add_measure_watermark_command(CLI::App& measure, Context& context) {
    CLI::App* command = measure.add_subcommand(
        "watermark", "Watermarks read after compression, scaling and others (needs ffmpeg)");
    const auto arguments = std::make_shared<WatermarkArguments>();
    command->add_option("clips", arguments->clips, "Clips without a watermark, at least 10 s")
        ->required();
    command->add_option("--work", arguments->folder, "Existing folder for files in between");
    command->add_option("--only", arguments->only, "Attacks whose names contain this text");
    command->add_option("--flat", arguments->strength.flat, "Strength of the marks in flat areas")
        ->check(CLI::Range(0.0, 3.0))
        ->capture_default_str();
    command->add_flag("--unmarked", arguments->unmarked, "Look for marks where there are none");
    command
        ->add_option("--windows",
                     arguments->num_windows,
                     "With --unmarked: windows of 5 s at random times, cropped at random")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    command->add_option("--seed", arguments->seed, "Of payloads and keys")->capture_default_str();
    command->callback([arguments, &context] {
        if (arguments->folder.empty() && !arguments->unmarked) {
            throw CLI::RequiredError("--work");
        }
        context.action = [arguments, &context] {
            render::set_num_threads(context.threads);
            arguments->unmarked ? run_unmarked(*arguments, context)
                                : run_attacks(*arguments, context);
        };
    });
}

}  // namespace vasa::app
