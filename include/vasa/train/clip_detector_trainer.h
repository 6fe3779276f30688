// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/detect/detector_fit.h"

#include <string>
#include <vector>

namespace vasa::train {

struct ClipDetectorOutput {
    std::string path;
    std::string command, revision;  ///< recorded in the file
};

/// Fits the clip detector to rendered and recorded clips, corrects its probabilities by what it
/// says of people left out, and writes it atomically; the same features give the same bytes.
/// @param unseen  rendered clips of other people, for the correction
/// @return        figures of the people left out, before the correction
/// @throws Error(Input) for clips of fewer than two recorded people; Error(Output)
detect::DetectorFigures train_clip_detector(const std::vector<detect::LabelledClip>& rendered,
                                            const std::vector<detect::LabelledClip>& unseen,
                                            const std::vector<detect::LabelledClip>& recorded,
                                            const ClipDetectorOutput& output);

}  // namespace vasa::train
