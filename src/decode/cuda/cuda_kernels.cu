// SPDX-License-Identifier: Apache-2.0
// The optional module libvasa_cuda.so: the steps of frame_steps.h as grids of GPU threads.
#include "cuda/cuda_graph.h"
#include "kernels/run_step.h"

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

namespace vasa::decode::cuda {
namespace {

using namespace kernels;

constexpr int kThreads = 256;

template <typename Function>
__global__ void __launch_bounds__(kThreads) call(std::int64_t count, const Function function) {
    const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * kThreads + threadIdx.x;
    if (i < count) {
        function(i);
    }
}

struct GpuBackend {
    using Half = __half;
    using Bfloat16 = __nv_bfloat16;

    cudaStream_t stream;
    cudaError_t* error;

    void fill_zero(void* to, std::size_t num_bytes) const {
        note(cudaMemsetAsync(to, 0, num_bytes, stream));
    }

    template <typename Function>
    void for_each(std::int64_t count, const Function& function) const {
        if (count > 0 && *error == cudaSuccess) {
            const auto blocks = static_cast<unsigned>((count + kThreads - 1) / kThreads);
            call<<<blocks, kThreads, 0, stream>>>(count, function);
            note(cudaGetLastError());
        }
    }

    void note(cudaError_t result) const {
        if (*error == cudaSuccess) {
            *error = result;
        }
    }
};

const char* text_of(cudaError_t error) {
    return error == cudaSuccess ? nullptr : cudaGetErrorString(error);
}

const char* run_on_gpu(
    Step step, Number number, const Scene* scene, const Batch* batch, void* stream) {
    cudaError_t error = cudaSuccess;
    run_step(GpuBackend{static_cast<cudaStream_t>(stream), &error}, step, number, *scene, *batch);
    return text_of(error);
}

const char* memory_of(int device, std::size_t* used, std::size_t* total) {
    std::size_t free = 0;
    cudaError_t error = cudaSetDevice(device);
    if (error == cudaSuccess) {
        error = cudaMemGetInfo(&free, total);
        *used = *total - free;
    }
    return text_of(error);
}

}  // namespace
}  // namespace vasa::decode::cuda

extern "C" __attribute__((visibility("default"))) const vasa::decode::kernels::FrameKernels*
vasa_cuda_kernels() {
    using vasa::decode::kernels::Batch;
    using vasa::decode::kernels::FrameKernels;
    using vasa::decode::kernels::Scene;
    static const FrameKernels kernels = [] {
        FrameKernels made;
        made.version = FrameKernels::kVersion;
        made.scene_bytes = sizeof(Scene);
        made.batch_bytes = sizeof(Batch);
        made.run = vasa::decode::cuda::run_on_gpu;
        made.capture = vasa::decode::cuda::capture_graph;
        made.replay = vasa::decode::cuda::replay_graph;
        made.release = vasa::decode::cuda::release_graph;
        made.memory = vasa::decode::cuda::memory_of;
        return made;
    }();
    return &kernels;
}
