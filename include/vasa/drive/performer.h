// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/drive/synthesiser.h"

#include <string>

namespace vasa::drive {

/// Samples the motion of head, brows and lids that recorded speakers make with a mouth: a motion
/// network trained on recordings without sound, whose condition is motion::mouth_activity(). The
/// function may be called by several threads at once.
/// @param path        network trained on shards of silent motion
/// @param head_model  head_model.safetensors, for the positions of the lips
/// @throws Error(Model), also for a network with another condition
PerformFn load_performer(const std::string& path, const std::string& head_model);

}  // namespace vasa::drive
