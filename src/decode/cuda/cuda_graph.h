// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/frame_kernels.h"

namespace vasa::decode::cuda {

/// FrameKernels::capture, replay and release, with torch's CUDA graphs.
const char* capture_graph(
    int device, bool (*body)(void*), void* argument, std::uint64_t (*pool)[2], void** graph);
const char* replay_graph(void* graph);
void release_graph(void* graph);

}  // namespace vasa::decode::cuda
