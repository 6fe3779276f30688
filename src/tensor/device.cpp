// SPDX-License-Identifier: Apache-2.0
#include "vasa/tensor/device.h"

#include "gpu_probe.h"

#include "vasa/core/error.h"
#include "vasa/core/parallel.h"

#include <atomic>
#include <charconv>
#include <cstddef>
#include <exception>
#include <future>
#include <thread>
#include <vector>

#include <ATen/Parallel.h>
#include <torch/version.h>

namespace vasa::tensor {
namespace {

using core::Error;
using core::ErrorKind;

/// Threads of an operation outside SingleTorchThread; 0 until it is known. Kept here because torch
/// has one number for each thread and an initial one for new threads, and setting the former sets
/// the latter: a thread that first computes while another has a SingleTorchThread gets 1.
std::atomic<int> g_torch_threads{0};
thread_local int t_single_depth = 0;  ///< SingleTorchThreads of this thread

/// Starts as many threads as torch will start, and ends them. Torch's own pool does not check
/// whether its threads were started, and waits forever for those that were not.
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

/// Number of the GPU in "cuda" or "cuda:n"; -1 = any, for "auto".
int parse_wish(const std::string& wish) {
    if (wish == "auto") {
        return -1;
    }
    if (wish == "cuda") {
        return 0;
    }
    if (wish.rfind("cuda:", 0) != 0) {
        throw Error(ErrorKind::Usage,
                    "bad device '" + wish + "': expected auto, cpu, cuda or cuda:n");
    }
    int index = 0;
    const char* const end = wish.data() + wish.size();
    const auto r = std::from_chars(wish.data() + 5, end, index);
    if (r.ec != std::errc() || r.ptr != end || index < 0) {
        throw Error(ErrorKind::Usage, "bad device '" + wish + "': expected cuda:0, cuda:1, ...");
    }
    return index;
}

/// Finds the first usable GPU, or the requested one.
/// @param index    in: -1 = any; out: the GPU found
/// @param name     out: its name
/// @return         why there is none, empty if there is one
std::string find_gpu(const GpuProbe& probe, int& index, std::string& name) {
    const DriverFacts driver = probe.ask_driver();
    std::string problem = driver_problem(driver);
    if (!problem.empty()) {
        return problem;
    }
    const auto num_gpus = static_cast<int>(driver.gpus.size());
    const bool is_any = index < 0;
    const int last = is_any ? num_gpus - 1 : index;
    for (index = is_any ? 0 : index; index <= last; ++index) {
        std::string found = gpu_problem(driver, index);
        if (found.empty()) {
            std::string not_loaded = probe.load_torch(num_gpus);
            if (!not_loaded.empty()) {
                return not_loaded;
            }
            found = probe.try_gpu(index);
        }
        if (found.empty()) {
            name = driver.gpus[static_cast<std::size_t>(index)].name;
            return {};
        }
        problem += (problem.empty() ? "" : "; ") + found;
    }
    return problem;
}

}  // namespace

std::string Device::to_string() const {
    return is_cuda ? "cuda:" + std::to_string(index) : "cpu";
}

Device choose_device(const std::string& wish) {
    return choose_device(wish, machine_probe());
}

Device choose_device(const std::string& wish, const GpuProbe& probe) {
    Device device;
    device.name = "cpu";
    if (wish == "cpu") {
        return device;
    }
    int index = parse_wish(wish);
    std::string name;
    const std::string problem = find_gpu(probe, index, name);
    if (!problem.empty()) {
        if (wish != "auto") {
            throw Error(ErrorKind::Resource,
                        "cannot use device '" + wish + "': " + problem,
                        "use --device cpu, or auto to take a GPU only where there is one");
        }
        device.reason = problem;
        return device;
    }
    device.is_cuda = true;
    device.index = index;
    device.name = "cuda:" + std::to_string(index);
    device.gpu = name;
    return device;
}

std::string torch_version() {
    return TORCH_VERSION;
}

void set_torch_threads(int num_threads) {
    const int count = num_threads > 0 ? num_threads : core::num_threads();
    require_threads(count);
    g_torch_threads = count;
    at::set_num_threads(count);
}

SingleTorchThread::SingleTorchThread() {
    if (t_single_depth++ == 0) {
        int unset = 0;
        g_torch_threads.compare_exchange_strong(unset, at::get_num_threads());
        at::set_num_threads(1);
    }
}

SingleTorchThread::~SingleTorchThread() {
    if (--t_single_depth == 0) {
        at::set_num_threads(g_torch_threads);
    }
}

}  // namespace vasa::tensor
