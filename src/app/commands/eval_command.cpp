// SPDX-License-Identifier: Apache-2.0
#include "context.h"
#include "quality_run.h"

#include "vasa/core/error.h"
#include "vasa/eval/clip_scores.h"
#include "vasa/media/image_file.h"
#include "vasa/report/score_report.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

constexpr float kRadians = 3.14159265F / 180.0F;

struct EvalArguments {
    eval::ClipInput input;
    std::string fps = std::to_string(eval::kMetricRate_hz);
    std::vector<float> gaze_deg;
    std::vector<double> distance;
    std::string plot, report;
    QualityArguments quality;
    bool force = false;
};

void run_eval(EvalArguments arguments, Context& context) {
    eval::ClipInput& input = arguments.input;
    if (!arguments.quality.suite.empty()) {
        run_quality(arguments.quality, arguments.force, context);
        return;
    }
    input.model_dir = context.model_dir;
    input.fps = core::parse_frame_rate(arguments.fps);
    if (!arguments.gaze_deg.empty()) {
        input.gaze = head::Gaze{arguments.gaze_deg[0] * kRadians, arguments.gaze_deg[1] * kRadians};
    }
    if (!arguments.distance.empty()) {
        input.distance = arguments.distance[0];
    }
    const eval::ClipScores scores = eval::score_clip(input, context.progress(25.0), context.stop);
    const std::string name = input.clip.empty() ? input.frames_dir : input.clip;
    if (!arguments.plot.empty()) {
        media::save_png(arguments.plot, report::score_plot(name, scores), arguments.force);
    }
    if (!arguments.report.empty()) {
        report::save_score_report(arguments.report, name, scores, arguments.force);
    }
    context.print_result(report::scores_as_json(name, scores), report::score_table(scores));
}

/// Options of a suite; they exclude those of a single clip.
void add_quality_options(CLI::App& command, QualityArguments& quality) {
    const auto singles = command.get_options([](const CLI::Option* option) {
        return option->get_name() != "--help" && option->get_name() != "--force";
    });
    const auto add = [&command](const char* name, auto& value, const char* text) {
        return command.add_option(name, value, text)->group("Regression gate");
    };
    CLI::Option* suite = add("--suite", quality.suite, "Render and score these cases instead");
    for (CLI::Option* single : singles) {
        suite->excludes(single);
    }
    add("--baseline", quality.baseline, "Baseline to compare with; exit code 1 if worse")
        ->needs(suite);
    add("--inputs", quality.inputs, "Folder of the suite's files; else the suite's own")
        ->needs(suite);
    add("--junit", quality.junit, "Write the verdicts as JUnit XML")->needs(suite);
    add("--clips", quality.clips, "Folder to keep the clips in")->needs(suite);
    command
        .add_flag("--update-baseline",
                  quality.is_update,
                  "Write the baseline instead of comparing with it")
        ->group("Regression gate")
        ->needs(suite);
}

}  // namespace

void add_eval_command(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand(
        "eval", "Scores a finished clip from its decoded frames, or a suite against a baseline");
    const auto arguments = std::make_shared<EvalArguments>();
    eval::ClipInput& input = arguments->input;
    command->add_option("clip", input.clip, "Video");
    command->add_option("--frames-dir", input.frames_dir, "Folder of PNG frames instead");
    command->add_option("--fps", arguments->fps, "Frame rate of --frames-dir")
        ->capture_default_str();
    command->add_option("--audio", input.audio, "Speech; else the clip's own sound");
    command->add_option("--image", input.image, "Portrait (default: the first frame)");
    command->add_option("--motion", input.motion, "Motion file the clip was rendered from");
    command->add_option("--phones", input.phones, "Aligned phones of the speech");
    command->add_option("--gaze", arguments->gaze_deg, "Gaze asked for: yaw,pitch in degrees")
        ->delimiter(',')
        ->expected(2);
    command->add_option("--distance", arguments->distance, "Distance asked for")->expected(1);
    command->add_option("--plot", arguments->plot, "PNG with curves and the table");
    command->add_option("--report", arguments->report, "Folder for an HTML report with frames");
    command->add_flag("--force", arguments->force, "Replace existing output");
    add_quality_options(*command, arguments->quality);
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_eval(*arguments, context); };
    });
}

}  // namespace vasa::app
