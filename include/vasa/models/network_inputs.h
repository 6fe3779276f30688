// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/safetensors.h"

#include <map>
#include <string>
#include <vector>

namespace vasa::models {

/// What the channels of a network's inputs mean: for each input the names of its values in order,
/// with units where a name does not imply them. Stands as JSON in a network's metadata (`inputs`).
using NetworkInputs = std::map<std::string, std::vector<std::string>>;

void write_inputs(core::SafetensorsWriter& writer, const NetworkInputs& inputs);

/// @throws Error(Model) if the file has none, or they are damaged.
NetworkInputs read_inputs(const core::SafetensorsFile& file);

/// Compares the inputs that a file's network was trained on with those that the program makes.
/// @throws Error(Model) naming the first difference.
void check_inputs(const core::SafetensorsFile& file, const NetworkInputs& expected);

/// The value of an input that has only one. @throws Error(Model) if there is another number.
std::string one_input(const core::SafetensorsFile& file, const std::string& input);

/// @param name    file name of a network that hears speech features
/// @param heard   those it was trained on
/// @param given   those of the speech encoder
/// @throws Error(Model) naming the network if they differ
void check_speech_features(const std::string& name,
                           const std::string& heard,
                           const std::string& given);

}  // namespace vasa::models
