// SPDX-License-Identifier: Apache-2.0
#include "vasa/tensor/device.h"

#include "vasa/core/error.h"
#include "vasa/core/parallel.h"

#include <charconv>
#include <exception>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <torch/version.h>

#include <dlfcn.h>

namespace vasa::tensor {
namespace {

using core::Error;
using core::ErrorKind;

/// Starts as many threads as torch is going to and ends them. Torch's own pool does not look
/// whether its threads were started, and waits for ever for those that were not.
void require_threads(int count) {
    std::promise<void> are_all_started;
    const std::shared_future<void> end = are_all_started.get_future().share();
    std::vector<std::thread> threads;
    std::string problem;
    try {
        while (static_cast<int>(threads.size()) < count) {
            threads.emplace_back([end] { end.wait(); });
        }
    } catch (const std::exception& error) {
        problem = error.what();
    }
    are_all_started.set_value();
    for (std::thread& thread : threads) {
        thread.join();
    }
    if (!problem.empty()) {
        throw Error(ErrorKind::Resource,
                    "cannot start " + std::to_string(count) + " threads: " + problem,
                    "give --threads 1, or more memory");
    }
}

/// Loads torch's CUDA half once; empty if it is there, else why not.
const std::string& cuda_problem() {
    static std::once_flag once;
    static std::string problem;
    std::call_once(once, [] {
        // torch caches what it knows of CUDA at the first question: the library comes first.
        if (dlopen("libcuda.so.1", RTLD_NOW | RTLD_GLOBAL) == nullptr) {
            problem = "no NVIDIA driver (libcuda.so.1 is not there)";
            return;
        }
        if (dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) == nullptr) {
            const char* error = dlerror();
            problem = std::string("libtorch was set up without CUDA (") +
                      (error != nullptr ? error : "libtorch_cuda.so") + ")";
            return;
        }
        try {
            if (!at::globalContext().hasCUDA() || at::getNumGPUs() < 1) {
                problem = "the driver reports no usable GPU";
            }
        } catch (const c10::Error& error) {
            problem = error.what_without_backtrace();
        }
    });
    return problem;
}

}  // namespace

std::string Device::to_string() const {
    return is_cuda ? "cuda:" + std::to_string(index) : "cpu";
}

Device choose_device(const std::string& wish) {
    Device device;
    device.name = "cpu";
    if (wish == "cpu") {
        return device;
    }
    int index = 0;
    if (wish.rfind("cuda:", 0) == 0) {
        const char* end = wish.data() + wish.size();
        const auto r = std::from_chars(wish.data() + 5, end, index);
        if (r.ec != std::errc() || r.ptr != end || index < 0) {
            throw Error(ErrorKind::Usage,
                        "bad device '" + wish + "': expected cuda:0, cuda:1, ...");
        }
    } else if (wish != "cuda" && wish != "auto") {
        throw Error(ErrorKind::Usage,
                    "bad device '" + wish + "': expected auto, cpu, cuda or cuda:n");
    }
    std::string problem = cuda_problem();
    if (problem.empty() && index >= static_cast<int>(at::getNumGPUs())) {
        problem = "GPU " + std::to_string(index) + " of " + std::to_string(at::getNumGPUs());
    }
    if (!problem.empty()) {
        if (wish != "auto") {
            throw Error(ErrorKind::Resource, "cannot use device '" + wish + "': " + problem);
        }
        device.reason = problem;
        return device;
    }
    device.is_cuda = true;
    device.index = index;
    device.name = "cuda:" + std::to_string(index);
    return device;
}

std::string torch_version() {
    return TORCH_VERSION;
}

void set_torch_threads(int num_threads) {
    const int count = num_threads > 0 ? num_threads : core::num_threads();
    require_threads(count);
    at::set_num_threads(count);
}

SingleTorchThread::SingleTorchThread() : before_(at::get_num_threads()) {
    at::set_num_threads(1);
}

SingleTorchThread::~SingleTorchThread() {
    at::set_num_threads(before_);
}

}  // namespace vasa::tensor
