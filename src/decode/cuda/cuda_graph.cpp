// SPDX-License-Identifier: Apache-2.0
#include "cuda_graph.h"

#include <exception>
#include <memory>
#include <string>

#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

namespace vasa::decode::cuda {
namespace {

/// Runs a body and tells what it threw; the text lives until the thread's next call.
template <typename Body>
const char* problem_of(const Body& body) {
    thread_local std::string text;
    try {
        body();
        return nullptr;
    } catch (const c10::Error& error) {
        text = error.what_without_backtrace();
    } catch (const std::exception& error) {
        text = error.what();
    } catch (...) {
        text = "unknown exception";
    }
    return text.c_str();
}

}  // namespace

const char* capture_graph(
    int device, void (*body)(void*), void* argument, std::uint64_t (*pool)[2], void** graph) {
    return problem_of([&] {
        const auto index = static_cast<c10::DeviceIndex>(device);
        const c10::cuda::CUDAGuard guard(index);
        // The default stream cannot be recorded.
        const c10::cuda::CUDAStream before = c10::cuda::getCurrentCUDAStream(index);
        const c10::cuda::CUDAStream side = c10::cuda::getStreamFromPool(false, index);
        before.synchronize();
        auto made = std::make_unique<at::cuda::CUDAGraph>();
        {
            const c10::cuda::CUDAStreamGuard stream(side);
            body(argument);
            side.synchronize();
            if ((*pool)[0] == 0 && (*pool)[1] == 0) {
                const at::cuda::MempoolId_t id = at::cuda::graph_pool_handle();
                (*pool)[0] = id.first;
                (*pool)[1] = id.second;
            }
            // Other threads go on with allocations of their own.
            made->capture_begin({(*pool)[0], (*pool)[1]}, cudaStreamCaptureModeThreadLocal);
            body(argument);
            made->capture_end();
            side.synchronize();
        }
        *graph = made.release();
    });
}

const char* replay_graph(void* graph) {
    return problem_of([&] { static_cast<at::cuda::CUDAGraph*>(graph)->replay(); });
}

void release_graph(void* graph) {
    problem_of([&] { delete static_cast<at::cuda::CUDAGraph*>(graph); });
}

}  // namespace vasa::decode::cuda
