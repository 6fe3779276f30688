// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/frame_kernels.h"

#include <string>

namespace vasa::decode {

/// The module with the GPU's kernels, or why it cannot be used.
struct CudaModule {
    const kernels::FrameKernels* kernels = nullptr;
    std::string problem;
};

/// Loads a module and checks that it was built for this program. It stays loaded.
CudaModule load_cuda_module(const std::string& path);

/// libvasa_cuda.so from this code's folder or a library folder next to it, else from the system's
/// search path; loaded once. libtorch's CUDA half must be loaded before a graph is recorded.
const CudaModule& cuda_module();

}  // namespace vasa::decode
