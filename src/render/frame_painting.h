// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/decode/frame_painter.h"
#include "vasa/render/render.h"

#include <memory>

namespace vasa::render {

/// The painter that the options ask for, null for geometry alone; its name and weights are noted in
/// the result.
///
/// "auto" takes decoder_full.safetensors on a GPU and decoder_fast.safetensors on the CPU, and the
/// other of the two where only that is there; geometry alone where there is neither or no libtorch.
/// Log and result say which it was.
/// @throws Error(Model) if a network that was asked for is missing, or weights are damaged;
///         Error(Resource) without libtorch or on a device that cannot be used.
std::unique_ptr<decode::FramePainter> load_painter(const RenderOptions& options,
                                                   RenderResult& result);

}  // namespace vasa::render
