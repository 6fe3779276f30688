// SPDX-License-Identifier: Apache-2.0
#include "commands/measure_commands.h"
#include "context.h"

#include "vasa/core/name_list.h"
#include "vasa/eval/pair_figures.h"
#include "vasa/models/model_files.h"

#include <array>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct PairArguments {
    std::string pairs, persons, folds, control = "none";
};

void run_pairs(const PairArguments& arguments, Context& context) {
    eval::PairMeasureOptions options;
    options.model_dir = context.model_dir;
    options.pairs = arguments.pairs;
    options.persons = core::read_name_list(arguments.persons);
    options.folds = head::SkinFolds::load(arguments.folds.empty()
                                              ? context.model_dir + "/" + models::kSkinFoldsFile
                                              : arguments.folds);
    if (arguments.control == "exchanged") {
        options.folds = eval::exchanged_folds(options.folds);
    } else if (arguments.control == "displaced") {
        options.folds = eval::displaced_folds(options.folds);
    }
    options.progress = context.progress(0);
    options.stop = context.stop;
    const eval::PairFigures figures = eval::measure_pairs(options);
    constexpr std::array<const char*, eval::kNumSmileRegions> kNames = {
        "cheeks", "nose_mouth", "eye_corners"};
    char line[256];
    std::snprintf(line,
                  sizeof line,
                  "smiles of %d persons, %d sides of faces:\n",
                  figures.num_persons,
                  figures.num_smiles);
    std::string text = line;
    nlohmann::json smiles;
    for (std::size_t r = 0; r < kNames.size(); ++r) {
        const eval::SmileFigures& f = figures.smiles[r];
        std::snprintf(line,
                      sizeof line,
                      "  %-12s error %.3f of geometry alone, gradients' correlation %.3f "
                      "(geometry %.3f, %+.3f)\n",
                      kNames[r],
                      f.error,
                      f.correlation,
                      f.correlation_of_geometry,
                      f.correlation - f.correlation_of_geometry);
        text += line;
        smiles[kNames[r]] = {{"error", f.error},
                             {"correlation", f.correlation},
                             {"correlation_of_geometry", f.correlation_of_geometry}};
    }
    std::snprintf(line,
                  sizeof line,
                  "front to three-quarter, %d pictures: error on the side %.2f (0-255), mask IoU "
                  "%.3f\n",
                  figures.turns.num_pictures,
                  figures.turns.side_error,
                  figures.turns.mask_iou);
    text += line;
    context.print_result({{"persons", figures.num_persons},
                          {"smiling_sides", figures.num_smiles},
                          {"smiles", smiles},
                          {"turned", figures.turns.num_pictures},
                          {"side_error", figures.turns.side_error},
                          {"mask_iou", figures.turns.mask_iou}},
                         text);
}

}  // namespace

void add_measure_pairs_command(CLI::App& measure, Context& context) {
    CLI::App* command = measure.add_subcommand(
        "pairs", "Smiles and turns made from a neutral front picture, against true ones");
    const auto arguments = std::make_shared<PairArguments>();
    command
        ->add_option("--pairs",
                     arguments->pairs,
                     "Folder with neutral_front, smiling_front, neutral_left_3quarter and "
                     "neutral_right_3quarter")
        ->required();
    command->add_option("--persons", arguments->persons, "File with names of persons, one a line")
        ->required();
    command->add_option("--folds", arguments->folds, "Skin folds  [the model folder's]");
    command
        ->add_option("--control",
                     arguments->control,
                     "Folds that must fail: of other expressions, or one centimetre too high")
        ->check(CLI::IsMember({"none", "exchanged", "displaced"}))
        ->capture_default_str();
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_pairs(*arguments, context); };
    });
}

}  // namespace vasa::app
