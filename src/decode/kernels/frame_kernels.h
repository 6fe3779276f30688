// SPDX-License-Identifier: Apache-2.0
// What runs the steps of a batch: the CPU, or a GPU through the optional module libvasa_cuda.so.
#pragma once

#include "kernels/batch.h"

#include <cstddef>
#include <cstdint>

namespace vasa::decode::kernels {

/// Stages of a batch, in this order. Between Conditions and Blend runs the network.
enum class Step : int {
    Geometry,    ///< points to `rgb`
    Conditions,  ///< `records`, `region` and `conditions` of the patches
    Blend,       ///< `change` over `rgb`, and the mouth softened
    Convert,     ///< `rgb` to `yuv`
};

/// Of `conditions` and `change`.
enum class Number : int { Fp32, Fp16, Bf16 };

/// What a backend offers, and the interface of the module: functions that throw nothing. Problems
/// come back as text, null = none.
struct FrameKernels {
    static constexpr std::uint32_t kVersion = 3;
    /// Of the module's only function, `const FrameKernels* ()`.
    static constexpr const char* kFactoryName = "vasa_cuda_kernels";

    std::uint32_t version = 0;
    std::uint32_t scene_bytes = 0, batch_bytes = 0;  ///< sizes of Scene and Batch

    /// Starts a step; on a GPU it goes on in the stream after the call.
    /// @param stream  cudaStream_t, null on the CPU
    const char* (*run)(
        Step step, Number number, const Scene* scene, const Batch* batch, void* stream) = nullptr;

    /// Records what torch does on a GPU as a CUDA graph, for one thread at a time. Null on the CPU.
    /// @param body  called twice: to warm up, and to be recorded; false = it failed
    /// @param pool  torch's memory pool for it; zeros = a new one, which is written here
    /// @param graph the graph, to be given to release(); left alone if `body` fails, which is no
    ///              problem of the recording's
    const char* (*capture)(int device,
                           bool (*body)(void*),
                           void* argument,
                           std::uint64_t (*pool)[2],
                           void** graph) = nullptr;
    /// Plays a graph in torch's current stream.
    const char* (*replay)(void* graph) = nullptr;
    void (*release)(void* graph) = nullptr;
    /// Bytes of a GPU that are in use, by whomever, and all of them. The GPU is the thread's
    /// current one afterwards. Null on the CPU.
    const char* (*memory)(int device, std::size_t* used, std::size_t* total) = nullptr;
};

/// The CPU's, a plain loop: what tests hold against everything else.
const FrameKernels& host_kernels();

}  // namespace vasa::decode::kernels
