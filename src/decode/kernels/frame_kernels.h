// SPDX-License-Identifier: Apache-2.0
// Backends that run the steps of a batch: the CPU, or a GPU by the optional module libvasa_cuda.so.
#pragma once

#include "kernels/frame_batch.h"

#include <cstddef>
#include <cstdint>

namespace vasa::decode::kernels {

/// Stages of a batch, in this order. The network runs between Conditions and Blend.
enum class Step : int {
    Geometry,    ///< from points to `rgb`
    Conditions,  ///< `records`, `region` and `conditions` of the patches
    Blend,       ///< blends `change` over `rgb` and softens the mouth
    Convert,     ///< from `rgb` to `yuv`
};

/// Number type of `conditions` and `change`.
enum class Number : int { Fp32, Fp16, Bf16 };

/// Functions of a backend, and the interface of the module. They do not throw: they return problems
/// as text, null = none.
struct FrameKernels {
    static constexpr std::uint32_t kVersion = 3;
    /// Name of the module's only function, `const FrameKernels* ()`.
    static constexpr const char* kFactoryName = "vasa_cuda_kernels";

    std::uint32_t version = 0;
    std::uint32_t scene_bytes = 0, batch_bytes = 0;  ///< sizes of Scene and Batch

    /// Starts a step; on a GPU it continues in the stream after the call returns.
    /// @param stream  cudaStream_t, null on the CPU
    const char* (*run)(
        Step step, Number number, const Scene* scene, const Batch* batch, void* stream) = nullptr;

    /// Records torch's operations on a GPU as a CUDA graph, one thread at a time. Null on the CPU.
    /// @param body  called twice: to warm up, and to be recorded; false = it failed
    /// @param pool  torch's memory pool for it; zeros = a new one, which is written here
    /// @param graph the graph, to be passed to release(); unchanged if `body` fails, which is not
    ///              reported as a problem
    const char* (*capture)(int device,
                           bool (*body)(void*),
                           void* argument,
                           std::uint64_t (*pool)[2],
                           void** graph) = nullptr;
    /// Plays a graph in torch's current stream.
    const char* (*replay)(void* graph) = nullptr;
    void (*release)(void* graph) = nullptr;
    /// Bytes of a GPU's memory in use by all processes, and in total. Makes the GPU the thread's
    /// current one. Null on the CPU.
    const char* (*memory)(int device, std::size_t* used, std::size_t* total) = nullptr;
};

/// The CPU's functions, plain loops: the reference in tests.
const FrameKernels& host_kernels();

}  // namespace vasa::decode::kernels
