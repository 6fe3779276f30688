// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/safetensors.h"

namespace vasa::models {

/// The step of motion networks from version 2 to 3: the tongue's two values follow the other values
/// of motion. Their weights are 0, so that the network's other values stay as they were and the
/// tongue rests until the network is trained with it.
/// @param writer  has the file's metadata and `inputs` of version 2; its tensors are added here
/// @throws Error(Model) if a tensor is of another shape
void add_tongue_values(const core::SafetensorsFile& file, core::SafetensorsWriter& writer);

}  // namespace vasa::models
