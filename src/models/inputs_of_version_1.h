// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/models/model_version.h"
#include "vasa/models/network_inputs.h"

namespace vasa::models {

/// Inputs of networks whose files do not name them. This is history and never changes: today's
/// inputs are named where they are made. Empty for kinds that are not networks.
NetworkInputs inputs_of_version_1(FileKind kind);

}  // namespace vasa::models
