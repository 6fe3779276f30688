// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/models/model_version.h"
#include "vasa/models/network_inputs.h"

namespace vasa::models {

/// Inputs of networks whose files do not name them. This is history and never changes: what the
/// program makes today is named where it is made. Empty for kinds that are no networks.
NetworkInputs inputs_of_version_1(FileKind kind);

}  // namespace vasa::models
