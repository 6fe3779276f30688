// SPDX-License-Identifier: Apache-2.0
#include "commands/measure_commands.h"
#include "context.h"
#include "decoder_argument.h"

#include "vasa/core/name_list.h"
#include "vasa/eval/portrait_fit.h"
#include "vasa/media/image_file.h"
#include "vasa/models/model_files.h"
#include "vasa/report/contact_sheet.h"
#include "vasa/train/head_model_trainer.h"

#include <cstdio>
#include <memory>
#include <sstream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct FitArguments {
    std::string portraits, names;
};

void run_fit(const FitArguments& arguments, Context& context) {
    std::vector<std::string> names;
    if (!arguments.names.empty()) {
        names = core::read_name_list(arguments.names);
    }
    const eval::PortraitFitReport report = eval::measure_portrait_fit(
        context.model_dir, arguments.portraits, names, context.progress(0), context.stop);
    std::ostringstream text;
    char line[512];
    std::snprintf(
        line,
        sizeof line,
        "encoded %d of %d portraits (%.2f %%)\n"
        "inner landmark error / outer eye corner distance: median %.2f %%, 95 %%: %.2f %%\n"
        "unmoved frame against the crop: median %.1f dB, 5 %%: %.1f dB\n"
        "seconds a portrait (median): encode %.3f, of which fit %.3f\n",
        report.num_encoded,
        report.num_portraits,
        100.0 * report.num_encoded / report.num_portraits,
        100 * report.error_median,
        100 * report.error_p95,
        report.self_psnr_median,
        report.self_psnr_p05,
        report.encode_s_median,
        report.fit_s_median);
    text << line;
    for (const std::string& failure : report.failures) {
        text << "not encoded: " << failure << "\n";
    }
    context.print_result({{"portraits", report.num_portraits},
                          {"encoded", report.num_encoded},
                          {"error_median", report.error_median},
                          {"error_p95", report.error_p95},
                          {"self_psnr_median", report.self_psnr_median},
                          {"self_psnr_p05", report.self_psnr_p05},
                          {"encode_s_median", report.encode_s_median},
                          {"fit_s_median", report.fit_s_median},
                          {"failures", report.failures}},
                         text.str());
}

void add_fit_command(CLI::App& measure, Context& context) {
    CLI::App* command = measure.add_subcommand("fit", "Landmark error of the encoder on portraits");
    const auto arguments = std::make_shared<FitArguments>();
    command->add_option("--portraits", arguments->portraits, "Folder of portraits")->required();
    command->add_option("--names", arguments->names, "File with the names to use, one a line");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_fit(*arguments, context); };
    });
}

struct SheetArguments {
    report::ContactSheetOptions options;
    std::string out, set = "poses", decoder = "geometry";
    float strength = 1.0F;  ///< of emotions
    bool force = false;
};

void run_sheet(SheetArguments arguments, Context& context) {
    arguments.options.model_dir = context.model_dir;
    if (arguments.set == "emotions") {
        arguments.options.columns = report::emotion_columns(arguments.strength);
    } else if (arguments.set == "eyes") {
        arguments.options.columns = report::eye_columns();
        arguments.options.crop_x = 156;
        arguments.options.crop_y = 122;
        arguments.options.crop_size = 200;
    } else if (arguments.set == "distances") {
        arguments.options.columns = report::distance_columns();
    } else if (arguments.set == "skin") {
        arguments.options.columns = report::skin_columns();
    } else if (arguments.set == "turns") {
        arguments.options.columns = report::turn_columns();
    } else {
        arguments.options.columns =
            arguments.set == "poses" ? report::standard_columns() : report::expression_columns();
    }
    if (arguments.set == "expressions" || arguments.set == "skin") {
        arguments.options.crop_x = 106;
        arguments.options.crop_y = 120;
        arguments.options.crop_size = 300;
    }
    arguments.options.network = load_decoder(arguments.decoder, "auto", context);
    const core::ImageU8 sheet =
        report::render_contact_sheet(arguments.options, context.progress(0), context.stop);
    media::save_png(arguments.out, sheet, arguments.force);
    context.print_result({{"out", arguments.out}}, arguments.out + "\n");
}

void add_sheet_command(CLI::App& measure, Context& context) {
    CLI::App* command = measure.add_subcommand(
        "sheet", "Contact sheet: portraits under poses, expressions, emotions, gaze or distances");
    const auto arguments = std::make_shared<SheetArguments>();
    command->add_option("portraits", arguments->options.portraits, "Portraits, a row each")
        ->required();
    command->add_option("--out", arguments->out, "PNG file")->required();
    command->add_option("--set", arguments->set, "Columns")
        ->check(CLI::IsMember(
            {"poses", "expressions", "eyes", "distances", "skin", "turns", "emotions"}))
        ->capture_default_str();
    command->add_option("--strength", arguments->strength, "Strength of emotions")
        ->check(CLI::Range(0.0F, 1.0F))
        ->capture_default_str();
    command->add_option("--decoder", arguments->decoder, "fast, full or geometry")
        ->check(CLI::IsMember({"fast", "full", "geometry"}))
        ->capture_default_str();
    command->add_option("--tile", arguments->options.tile_px, "Pixels a tile")
        ->check(CLI::Range(16, 512))
        ->capture_default_str();
    command->add_flag("--force", arguments->force, "Replace existing output");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_sheet(*arguments, context); };
    });
}

struct HeadArguments {
    std::string source;
    int num_samples = 200;
    std::uint64_t seed = 7;
};

void run_head(const HeadArguments& arguments, Context& context) {
    const train::HeadModelReport report =
        train::measure_head_model(context.model_dir + "/" + models::kHeadModelFile,
                                  arguments.source,
                                  arguments.num_samples,
                                  arguments.seed);
    char text[320];
    std::snprintf(text,
                  sizeof text,
                  "%d vertices, %d identity components\n"
                  "face surface off its source: mean %.2f mm, 99 %%: %.2f mm\n"
                  "largest lid gap at a full blink: %.2f mm; deepest lip crossing: %.2f mm\n",
                  report.num_vertices,
                  report.num_identity,
                  report.face_mean_mm,
                  report.face_p99_mm,
                  report.lid_gap_mm,
                  report.lip_crossing_mm);
    context.print_result({{"vertices", report.num_vertices},
                          {"identity_components", report.num_identity},
                          {"face_mean_mm", report.face_mean_mm},
                          {"face_p99_mm", report.face_p99_mm},
                          {"lid_gap_mm", report.lid_gap_mm},
                          {"lip_crossing_mm", report.lip_crossing_mm}},
                         text);
}

void add_head_command(CLI::App& measure, Context& context) {
    CLI::App* command =
        measure.add_subcommand("head-model", "Distance of the head model to its source");
    const auto arguments = std::make_shared<HeadArguments>();
    command->add_option("--source", arguments->source, "ICT-FaceKit light (.safetensors)")
        ->required();
    command->add_option("--samples", arguments->num_samples, "Random heads")
        ->check(CLI::Range(1, 10000))
        ->capture_default_str();
    command->add_option("--seed", arguments->seed, "Seed")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_head(*arguments, context); };
    });
}

}  // namespace

void add_measure_command(CLI::App& app, Context& context) {
    CLI::App* command =
        app.add_subcommand("measure", "Measures the figures given in the documents");
    command->require_subcommand(1);
    add_fit_command(*command, context);
    add_sheet_command(*command, context);
    add_head_command(*command, context);
    add_measure_motion_command(*command, context);
    add_measure_dependence_command(*command, context);
    add_measure_sync_command(*command, context);
    add_measure_head_expert_command(*command, context);
    add_measure_controls_command(*command, context);
    add_measure_emotions_command(*command, context);
    add_measure_eyes_command(*command, context);
    add_measure_background_command(*command, context);
    add_measure_decoder_command(*command, context);
    add_measure_detect_command(*command, context);
    add_measure_pairs_command(*command, context);
    add_measure_watermark_command(*command, context);
}

}  // namespace vasa::app
