// SPDX-License-Identifier: Apache-2.0
#include "commands/train_commands.h"

#include "vasa/core/atomic_file.h"
#include "vasa/train/head_model_trainer.h"

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct TrainHeadArguments {
    train::HeadModelTrainOptions options;
    int num_samples = 20;
    bool force = false;
};

void run_train_head(TrainHeadArguments arguments, Context& context) {
    train::HeadModelTrainOptions& options = arguments.options;
    options.check();
    { const core::AtomicFile probe(options.out, arguments.force); }
    options.command = command_text(context);
    options.revision = git_revision();
    train::train_head_model(options);
    context.stop.throw_if_stopped();
    const train::HeadModelReport report = train::measure_head_model(
        options.out, options.source_model, arguments.num_samples, options.seed);
    char text[200];
    std::snprintf(text,
                  sizeof text,
                  ": %d vertices, %d identity components; face off its source by %.2f mm in the "
                  "mean, %.2f mm at 99 %%\n",
                  report.num_vertices,
                  report.num_identity,
                  report.face_mean_mm,
                  report.face_p99_mm);
    context.print_result({{"out", options.out},
                          {"vertices", report.num_vertices},
                          {"identity_components", report.num_identity},
                          {"face_mean_mm", report.face_mean_mm},
                          {"face_p99_mm", report.face_p99_mm},
                          {"lid_gap_mm", report.lid_gap_mm},
                          {"lip_crossing_mm", report.lip_crossing_mm}},
                         context.quiet ? "" : options.out + text);
}

}  // namespace

void add_train_head_command(CLI::App& train, Context& context) {
    CLI::App* command =
        train.add_subcommand("head-model", "Builds head_model.safetensors from ICT-FaceKit");
    const auto arguments = std::make_shared<TrainHeadArguments>();
    train::HeadModelTrainOptions& options = arguments->options;
    command->add_option("--source", options.source_model, "ICT-FaceKit light (.safetensors)")
        ->required();
    command
        ->add_option("--landmarks",
                     options.source_landmarks,
                     "Its surface points of the 478 landmarks (.safetensors)")
        ->required();
    command->add_option("--out", options.out, "Head model")->capture_default_str();
    command->add_option("--seed", options.seed, "Seed")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_option("--skin-vertices", options.num_vertices_skin, "Vertices of the skin")
        ->capture_default_str();
    command->add_option("--identity", options.num_identity, "Identity components")
        ->capture_default_str();
    command->add_option("--samples", arguments->num_samples, "Heads measured afterwards")
        ->check(CLI::Range(1, 10000))
        ->capture_default_str();
    command->add_flag("--force", arguments->force, "Replace existing output");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_train_head(*arguments, context); };
    });
}

}  // namespace vasa::app
