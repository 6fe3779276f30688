// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/decode/batch_decoder.h"

#include <string>

namespace vasa::app {

struct Context;

/// The frame decoder's network of the model folder on the CPU; null for "geometry".
/// @throws Error(Usage, Model); Error(Resource) in a build without libtorch.
decode::BatchNetwork load_decoder(const std::string& name,
                                  const std::string& precision,
                                  const Context& context);

}  // namespace vasa::app
