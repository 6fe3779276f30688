// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/safetensors.h"

#include <cstdint>
#include <optional>
#include <string>

namespace vasa::models {

/// How a model was made; stands as JSON in its metadata (`training`). Fields that are not known
/// are left out of the file.
struct TrainingSummary {
    std::string data;            ///< what it was trained on: "15.6 h of motion"
    std::int64_t num_steps = 0;  ///< 0 where training has no steps
    std::optional<double> loss;  ///< on held-out data at the end
    std::string command;         ///< that repeats the training
    std::string revision;        ///< of the source code, from git

    /// JSON text of the known fields.
    std::string to_json() const;
    /// @throws Error(Model) naming the file for bad JSON, unknown keys and values of another type.
    static TrainingSummary from_json(const std::string& text, const std::string& file);
};

/// Writes the metadata `training`, the only place that does.
void write_training(core::SafetensorsWriter& writer, const TrainingSummary& summary);

/// The summary of a file, or nothing where it has none. @throws Error(Model) if it is damaged.
std::optional<TrainingSummary> read_training(const core::SafetensorsFile& file);

/// Licence of a model, metadata `licence`; empty where the file names none.
void write_licence(core::SafetensorsWriter& writer, const std::string& licence);
std::string read_licence(const core::SafetensorsFile& file);

}  // namespace vasa::models
