// SPDX-License-Identifier: Apache-2.0
#include "commands/measure_commands.h"
#include "context.h"
#include "detector_clips.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct DetectArguments {
    DetectorClipsArguments clips;
    std::string encoding;
};

void run_detect(const DetectArguments& arguments, Context& context) {
    const DetectorClips clips = measure_detector_clips(arguments.clips, context);
    const detect::DetectorFigures figures =
        detect::cross_validate(clips.rendered, clips.unseen, clips.recorded, arguments.encoding);
    context.print_result(detector_figures_json(figures), detector_figures_text(figures));
}

}  // namespace

void add_measure_detect_command(CLI::App& measure, Context& context) {
    CLI::App* command = measure.add_subcommand(
        "detect", "How well rendered and recorded clips of unseen people are told apart");
    const auto arguments = std::make_shared<DetectArguments>();
    add_detector_clips_options(*command, arguments->clips);
    command->add_option(
        "--encoding", arguments->encoding, "Score only clips whose names end with it");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_detect(*arguments, context); };
    });
}

}  // namespace vasa::app
