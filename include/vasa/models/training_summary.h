// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/safetensors.h"

#include <cstdint>
#include <optional>
#include <string>

namespace vasa::models {

/// How a model was made; stored as JSON in its metadata (`training`). Fields without a
/// value are left out of the file.
struct TrainingSummary {
    std::string data;            ///< training data: "15.6 h of motion"
    std::int64_t num_steps = 0;  ///< 0 if training has no steps
    std::optional<double> loss;  ///< final loss on held-out data
    std::string command;         ///< command that repeats the training
    std::string revision;        ///< of the source code, from git

    /// JSON text of the fields that have a value.
    std::string to_json() const;
    /// @throws Error(Model) naming the file for bad JSON, unknown keys or values of another type.
    static TrainingSummary from_json(const std::string& text, const std::string& file);
};

/// The only function that writes the metadata `training`.
void write_training(core::SafetensorsWriter& writer, const TrainingSummary& summary);

/// The summary of a file; nothing if it has none. @throws Error(Model) if it is damaged.
std::optional<TrainingSummary> read_training(const core::SafetensorsFile& file);

/// Licence of a model, metadata `licence`; empty if the file names none.
void write_licence(core::SafetensorsWriter& writer, const std::string& licence);
std::string read_licence(const core::SafetensorsFile& file);

}  // namespace vasa::models
