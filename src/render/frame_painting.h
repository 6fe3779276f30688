// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/decode/frame_painter.h"
#include "vasa/render/render.h"

#include <memory>
#include <string>

namespace vasa::render {

/// The network that paints frames, by name; empty = geometry alone.
///
/// "auto" takes decoder_full.safetensors on a GPU and decoder_fast.safetensors on the CPU, and the
/// other of the two where only that is there; geometry alone where there is neither or no libtorch.
/// The log says why it is geometry alone.
/// @throws Error(Resource) for a network without libtorch, or on a device that cannot be used.
std::string choose_decoder(const RenderOptions& options);

/// @param decoder  from choose_decoder(), not empty
/// @throws Error(Model) if the network is missing or its weights are damaged; Error(Resource).
std::unique_ptr<decode::FramePainter> load_painter(const std::string& decoder,
                                                   const RenderOptions& options);

}  // namespace vasa::render
