// SPDX-License-Identifier: Apache-2.0
#include "cuda/cuda_graph.h"

#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <ATen/core/CachingHostAllocator.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

namespace vasa::decode::cuda {
namespace {

/// Runs a body and returns what it threw; the text lives until the thread's next call.
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

template <typename Body>
void forget_problem_of(const Body& body) {
    try {
        body();
    } catch (...) {
        // Another error is already being reported.
    }
}

/// torch keeps records of graphs per device, without a lock.
std::mutex& bookkeeping() {
    static std::mutex mutex;
    return mutex;
}

/// The stream in which a device's graphs are recorded. Memory belongs to the stream that first used
/// it: each further stream would hold another copy of the network's. Under bookkeeping().
c10::cuda::CUDAStream recording_stream(c10::DeviceIndex device) {
    static std::map<c10::DeviceIndex, c10::cuda::CUDAStream> streams;
    const auto found = streams.find(device);
    return found != streams.end()
               ? found->second
               : streams.emplace(device, c10::cuda::getStreamFromPool(false, device)).first->second;
}

/// Records a body. If that fails, ends the recording in torch's allocators, which would otherwise
/// query a deleted graph.
/// @return whether the body succeeded
bool record(at::cuda::CUDAGraph& graph,
            c10::DeviceIndex device,
            const at::cuda::MempoolId_t& pool,
            bool (*body)(void*),
            void* argument) {
    try {
        // Other threads may allocate meanwhile.
        graph.capture_begin(pool, cudaStreamCaptureModeThreadLocal);
        const bool is_done = body(argument);
        graph.capture_end();
        return is_done;
    } catch (...) {
        forget_problem_of(
            [&] { c10::cuda::CUDACachingAllocator::endAllocateToPool(device, pool); });
        forget_problem_of([&] { at::getHostAllocator(at::kCUDA)->end_allocate_to_pool(pool); });
        throw;
    }
}

}  // namespace

const char* capture_graph(
    int device, bool (*body)(void*), void* argument, std::uint64_t (*pool)[2], void** graph) {
    return problem_of([&] {
        const std::lock_guard<std::mutex> lock(bookkeeping());
        const auto index = static_cast<c10::DeviceIndex>(device);
        const c10::cuda::CUDAGuard guard(index);
        // The default stream cannot be recorded.
        const c10::cuda::CUDAStream before = c10::cuda::getCurrentCUDAStream(index);
        const c10::cuda::CUDAStream side = recording_stream(index);
        before.synchronize();
        auto made = std::make_unique<at::cuda::CUDAGraph>();
        const c10::cuda::CUDAStreamGuard stream(side);
        if (!body(argument)) {
            return;
        }
        side.synchronize();
        if ((*pool)[0] == 0 && (*pool)[1] == 0) {
            const at::cuda::MempoolId_t id = at::cuda::graph_pool_handle();
            (*pool)[0] = id.first;
            (*pool)[1] = id.second;
        }
        const bool is_recorded = record(*made, index, {(*pool)[0], (*pool)[1]}, body, argument);
        side.synchronize();
        if (is_recorded) {
            *graph = made.release();
        }
    });
}

const char* replay_graph(void* graph) {
    return problem_of([&] { static_cast<at::cuda::CUDAGraph*>(graph)->replay(); });
}

void release_graph(void* graph) {
    problem_of([&] {
        const std::lock_guard<std::mutex> lock(bookkeeping());
        delete static_cast<at::cuda::CUDAGraph*>(graph);
    });
}

}  // namespace vasa::decode::cuda
