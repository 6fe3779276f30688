// SPDX-License-Identifier: Apache-2.0
// Clips that the clip detector is fitted to and measured on.
#pragma once

#include "context.h"

#include "vasa/detect/detector_fit.h"

#include <string>
#include <vector>

namespace vasa::app {

struct DetectorClipsArguments {
    std::string rendered, unseen, recorded, table;
};

struct DetectorClips {
    std::vector<detect::LabelledClip> rendered, unseen, recorded;
};

/// Declares --rendered, --unseen, --recorded and --table.
void add_detector_clips_options(CLI::App& command, DetectorClipsArguments& arguments);

/// Measures the clips, or takes what the table holds. @throws Error(Input), Error(Output)
DetectorClips measure_detector_clips(const DetectorClipsArguments& arguments, Context& context);

nlohmann::json detector_figures_json(const detect::DetectorFigures& figures);
std::string detector_figures_text(const detect::DetectorFigures& figures);

}  // namespace vasa::app
