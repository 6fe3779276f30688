// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/drive/synthesiser.h"

#include <string>

namespace vasa::app {

struct Context;

/// The performer in a file; empty for an empty path.
/// @throws Error(Model); Error(Resource) in a build without libtorch.
drive::PerformFn load_performer(const std::string& path, const Context& context);

}  // namespace vasa::app
