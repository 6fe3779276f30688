// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/models/file_marker.h"
#include "vasa/models/training_summary.h"

#include <optional>
#include <string>

namespace vasa::models {

/// What a safetensors model says about itself.
struct ModelDescription {
    FileMarker marker;
    std::string licence;  ///< empty if not named
    std::optional<TrainingSummary> training;
};

/// Nothing if the file is not one of the program's own, such as an ONNX network.
/// @throws Error(Model) if it is missing or damaged
std::optional<ModelDescription> describe_model(const std::string& path);

}  // namespace vasa::models
