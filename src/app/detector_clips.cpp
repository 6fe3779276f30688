// SPDX-License-Identifier: Apache-2.0
#include "detector_clips.h"

#include "vasa/render/render.h"

#include <cstdio>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {

void add_detector_clips_options(CLI::App& command, DetectorClipsArguments& arguments) {
    command
        .add_option("--rendered",
                    arguments.rendered,
                    "Folder of clips PERSON__CLIP__ENCODING.mp4 that this program rendered without "
                    "marks, to fit the detector to")
        ->required();
    command
        .add_option("--unseen",
                    arguments.unseen,
                    "Folder of such clips of other people, to measure the detector on")
        ->required();
    command
        .add_option("--recorded",
                    arguments.recorded,
                    "Folder of clips that a camera recorded, encoded in the same ways")
        ->required();
    command
        .add_option("--table",
                    arguments.table,
                    "Features of clips measured before; those of others are added")
        ->type_name("FILE");
}

DetectorClips measure_detector_clips(const DetectorClipsArguments& arguments, Context& context) {
    render::set_num_threads(context.threads);
    detect::FeatureTable table(arguments.table);
    const auto measure = [&](const std::string& folder, bool is_rendered) {
        return detect::labelled_clips(
            folder, is_rendered, context.model_dir, table, context.progress(0), context.stop);
    };
    DetectorClips clips;
    clips.rendered = measure(arguments.rendered, true);
    clips.unseen = measure(arguments.unseen, true);
    clips.recorded = measure(arguments.recorded, false);
    return clips;
}

nlohmann::json detector_figures_json(const detect::DetectorFigures& figures) {
    nlohmann::json people = nlohmann::json::array(), roc = nlohmann::json::array();
    for (const detect::PersonFigures& person : figures.people) {
        people.push_back({{"person", person.person},
                          {"clips", person.num_clips},
                          {"auc", person.auc},
                          {"false_alarms", person.false_alarms}});
    }
    for (const detect::RocPoint& point : figures.roc) {
        roc.push_back({{"false_alarms", point.false_alarms}, {"found", point.found}});
    }
    return {{"rendered_clips", figures.num_rendered},
            {"rendered_people", figures.num_rendered_people},
            {"recorded_clips", figures.num_recorded},
            {"recorded_people", figures.num_recorded_people},
            {"auc", figures.auc},
            {"found", figures.found},
            {"false_alarms", figures.false_alarms},
            {"slope", figures.slope},
            {"offset", figures.offset},
            {"roc", std::move(roc)},
            {"people", std::move(people)}};
}

std::string detector_figures_text(const detect::DetectorFigures& figures) {
    char line[256];
    std::snprintf(line,
                  sizeof line,
                  "%d rendered clips of %d unseen people, %d recorded ones of %d people, each left "
                  "out in turn\nAUC %.3f; called likely rendered: found %.3f, false alarms %.3f\n",
                  figures.num_rendered,
                  figures.num_rendered_people,
                  figures.num_recorded,
                  figures.num_recorded_people,
                  figures.auc,
                  figures.found,
                  figures.false_alarms);
    std::string text = line;
    for (const detect::RocPoint& point : figures.roc) {
        std::snprintf(line,
                      sizeof line,
                      "  false alarms up to %.2f: found %.3f\n",
                      point.false_alarms,
                      point.found);
        text += line;
    }
    for (const detect::PersonFigures& person : figures.people) {
        std::snprintf(line,
                      sizeof line,
                      "  %-20s %3d clips: AUC %.3f, false alarms %.2f\n",
                      printable(person.person).c_str(),
                      person.num_clips,
                      person.auc,
                      person.false_alarms);
        text += line;
    }
    return text;
}

}  // namespace vasa::app
