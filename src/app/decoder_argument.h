// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/decode/frame_painter.h"

#include <memory>
#include <string>

namespace vasa::app {

struct Context;

/// The frame decoder of the model folder on the CPU; null for "geometry".
/// @throws Error(Usage, Model); Error(Resource) in a build without libtorch.
std::unique_ptr<decode::FramePainter> load_decoder(const std::string& name,
                                                   const std::string& precision,
                                                   const Context& context);

}  // namespace vasa::app
