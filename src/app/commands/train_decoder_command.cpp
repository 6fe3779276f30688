// SPDX-License-Identifier: Apache-2.0
#include "commands/train_commands.h"
#include "commands/training_arguments.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/media/image_file.h"
#include "vasa/report/curve_plot.h"
#include "vasa/train/decoder_trainer.h"

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct TrainDecoderArguments {
    train::DecoderTrainOptions options;
    std::string samples, config = "fast";
};

#ifdef VASA_WITH_TORCH
void report(const train::DecoderValidation& row) {
    char text[320];
    std::snprintf(
        text,
        sizeof text,
        "step %d: loss %.4f adv %.3f feat %.3f disc %.3f; lost mouth %.1f of %.1f "
        "(gradient %.1f of %.1f, detail %.2f, change %.2f), eyes %.1f of %.1f, skin %.1f of %.1f",
        row.step,
        row.reconstruction_loss,
        row.adversarial_loss,
        row.feature_loss,
        row.discriminator_loss,
        row.mouth.colour_network,
        row.mouth.colour_geometry,
        row.mouth.gradient_network,
        row.mouth.gradient_geometry,
        row.mouth.detail_network,
        row.mouth_change,
        row.eyes.colour_network,
        row.eyes.colour_geometry,
        row.skin.colour_network,
        row.skin.colour_geometry);
    core::log_info(text);
}

void run_train_decoder(TrainDecoderArguments arguments, Context& context) {
    train::DecoderTrainOptions& options = arguments.options;
    options.network = decode::FrameNetworkConfig::named(arguments.config);
    connect_training(options, context);
    options.validated = [&](const std::vector<train::DecoderValidation>& rows,
                            const core::ImageU8& sheet) {
        report(rows.back());
        if (!arguments.samples.empty()) {
            media::save_png(arguments.samples, sheet, true);
        }
        if (!options.curves.empty()) {
            report::plot_decoder_curves(options.curves + ".png", rows);
        }
    };
    const train::DecoderTrainResult result = train::train_decoder(options);
    const train::DecoderValidation last =
        result.curves.empty() ? train::DecoderValidation{} : result.curves.back();
    context.print_result(
        {{"out", options.out},
         {"steps", result.num_steps},
         {"mouth", last.mouth.colour_network},
         {"eyes", last.eyes.colour_network},
         {"skin", last.skin.colour_network}},
        context.quiet ? "" : options.out + ": " + std::to_string(result.num_steps) + " steps\n");
}
#else
void run_train_decoder(const TrainDecoderArguments&, Context&) {
    throw core::Error(core::ErrorKind::Resource, "this build has no libtorch");
}
#endif

}  // namespace

void add_train_decoder_command(CLI::App& train, Context& context) {
    CLI::App* command =
        train.add_subcommand("decoder", "Trains the frame decoder on pairs of portraits");
    const auto arguments = std::make_shared<TrainDecoderArguments>();
    train::DecoderTrainOptions& options = arguments->options;
    const auto add = [&](const char* name, auto& value, const char* help) {
        command->add_option(name, value, help)->capture_default_str();
    };
    command->add_option("--pairs", options.pairs, "Folder that `vasa prepare-portraits` fills")
        ->required();
    add_training_options(*command, options);
    add("--init",
        options.init,
        "Initial weights if there is no checkpoint; as wide or narrower; may be the file of --out");
    add("--samples", arguments->samples, "Sheet of samples (.png), renewed at every validation");
    add("--config", arguments->config, "fast (CPU) or full (GPU)");
    add("--batch", options.batch_size, "Patches a step");
    add("--discriminator-start",
        options.discriminator_start,
        "Fraction of the steps before the discriminators train");
    add("--adversarial-start",
        options.adversarial_start,
        "Fraction of the steps before the adversarial loss starts");
    add("--adversarial-weight",
        options.adversarial_weight,
        "Weight of the adversarial loss relative to the reconstruction loss");
    add("--steadiness-weight",
        options.steadiness_weight,
        "Weight of the steadiness loss: mouths that open by a pixel (steps take half as long "
        "again)");
    add("--max-files", options.max_files, "Files of pairs held in memory");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_train_decoder(*arguments, context); };
    });
}

}  // namespace vasa::app
