// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/safetensors.h"

#include <map>
#include <string>
#include <vector>

namespace vasa::models {

/// Meaning of the channels of a network's inputs: for each input the names of its values in order,
/// with units where a name does not imply them. Stored as JSON in the metadata (`inputs`).
using NetworkInputs = std::map<std::string, std::vector<std::string>>;

void write_inputs(core::SafetensorsWriter& writer, const NetworkInputs& inputs);

/// @throws Error(Model) if the file has no inputs or they are damaged.
NetworkInputs read_inputs(const core::SafetensorsFile& file);

/// Compares the inputs that a file's network was trained on with those that the program makes.
/// @throws Error(Model) naming the first difference.
void check_inputs(const core::SafetensorsFile& file, const NetworkInputs& expected);

/// Name of the value of an input with one value. @throws Error(Model) if it has none or several.
std::string one_input(const core::SafetensorsFile& file, const std::string& input);

/// @param name    file name of a network that takes speech features
/// @param heard   speech features it was trained on
/// @param given   speech features of the encoder
/// @throws Error(Model) naming the network if they differ
void check_speech_features(const std::string& name,
                           const std::string& heard,
                           const std::string& given);

}  // namespace vasa::models
