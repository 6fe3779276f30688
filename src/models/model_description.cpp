// SPDX-License-Identifier: Apache-2.0
#include "vasa/models/model_description.h"

#include "vasa/core/error.h"
#include "vasa/core/safetensors.h"

#include <filesystem>

namespace vasa::models {

std::optional<ModelDescription> describe_model(const std::string& path) {
    if (std::filesystem::path(path).extension() != ".safetensors") {
        return std::nullopt;
    }
    const auto file = core::SafetensorsFile::load(path, core::ErrorKind::Model);
    const auto marker = find_marker(file);
    if (!marker) {
        return std::nullopt;
    }
    ModelDescription description;
    description.marker = *marker;
    description.licence = read_licence(file);
    // Older versions wrote it in other formats.
    if (marker->version == file_format(marker->kind).version()) {
        description.training = read_training(file);
    }
    return description;
}

}  // namespace vasa::models
