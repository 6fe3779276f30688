// SPDX-License-Identifier: Apache-2.0
#include "commands/train_commands.h"
#include "detector_clips.h"

#include "vasa/core/atomic_file.h"
#include "vasa/models/model_files.h"
#include "vasa/train/clip_detector_trainer.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct TrainDetectorArguments {
    DetectorClipsArguments clips;
    std::string out = models::kClipDetectorFile;
    bool force = false;
};

void run_train_detector(const TrainDetectorArguments& arguments, Context& context) {
    { const core::AtomicFile probe(arguments.out, arguments.force); }
    const DetectorClips clips = measure_detector_clips(arguments.clips, context);
    const detect::DetectorFigures figures =
        train::train_clip_detector(clips.rendered,
                                   clips.unseen,
                                   clips.recorded,
                                   {arguments.out, command_text(context), git_revision()});
    nlohmann::json result = detector_figures_json(figures);
    result["out"] = arguments.out;
    context.print_result(std::move(result), detector_figures_text(figures));
}

}  // namespace

void add_train_detector_command(CLI::App& train, Context& context) {
    CLI::App* command =
        train.add_subcommand("detector", "Fits the detector of clips that have lost their marks");
    const auto arguments = std::make_shared<TrainDetectorArguments>();
    add_detector_clips_options(*command, arguments->clips);
    command->add_option("--out", arguments->out, "Weights")->capture_default_str();
    command->add_flag("--force", arguments->force, "Replace existing output");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_train_detector(*arguments, context); };
    });
}

}  // namespace vasa::app
