// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/clip_detector_trainer.h"

#include "vasa/models/training_summary.h"

#include <set>

namespace vasa::train {
namespace {

std::size_t num_people(const std::vector<detect::LabelledClip>& clips) {
    std::set<std::string> people;
    for (const detect::LabelledClip& clip : clips) {
        people.insert(clip.person);
    }
    return people.size();
}

std::string amount(const std::vector<detect::LabelledClip>& clips, const char* kind) {
    return std::to_string(clips.size()) + " " + kind + " clips of " +
           std::to_string(num_people(clips)) + " people";
}

}  // namespace

detect::DetectorFigures train_clip_detector(const std::vector<detect::LabelledClip>& rendered,
                                            const std::vector<detect::LabelledClip>& unseen,
                                            const std::vector<detect::LabelledClip>& recorded,
                                            const ClipDetectorOutput& output) {
    const detect::DetectorFigures figures = detect::cross_validate(rendered, unseen, recorded, "");
    std::vector<const detect::LabelledClip*> all;
    for (const auto* clips : {&rendered, &recorded}) {
        for (const detect::LabelledClip& clip : *clips) {
            all.push_back(&clip);
        }
    }
    detect::DetectorWeights weights = detect::fit_detector(all).weights();
    for (double& weight : weights.weight) {
        weight *= figures.slope;
    }
    weights.bias = weights.bias * figures.slope + figures.offset;

    models::TrainingSummary summary;
    summary.data = amount(rendered, "rendered") + ", " + amount(recorded, "recorded");
    summary.command = output.command;
    summary.revision = output.revision;
    core::SafetensorsWriter writer;
    detect::ClipDetector(weights).write(writer);
    models::write_licence(writer, "Apache-2.0");
    models::write_training(writer, summary);
    writer.save(output.path);
    return figures;
}

}  // namespace vasa::train
