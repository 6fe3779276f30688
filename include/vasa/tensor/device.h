// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace vasa::tensor {

/// Where networks run.
struct Device {
    bool is_cuda = false;
    int index = 0;       ///< GPU number
    std::string name;    ///< "cpu" or "cuda:0"
    std::string reason;  ///< why "auto" took the CPU; empty in all other cases
    std::string gpu;     ///< product name of the GPU; empty for the CPU

    /// "cpu" or "cuda:0".
    std::string to_string() const;
};

/// Chooses a device.
///
/// libtorch's CUDA library is loaded at run time, before torch first queries CUDA, and only if
/// there is a driver and a usable GPU: compute capability 8.0 or more, 3 GiB of memory of which
/// 1 GiB is free, and a test sum that succeeds. Otherwise everything runs on the CPU.
///
/// Call it before a network runs on the CPU if any is to run on a GPU later: torch queries CUDA
/// once, and a GPU requested afterwards cannot be used.
///
/// @param wish  "auto", "cpu", "cuda" or "cuda:n"
/// @throws Error(Usage) for other words; Error(Resource) with the cause if "cuda" or "cuda:n"
///         cannot be used. "auto" takes the first usable GPU, or falls back to the CPU and gives
///         the cause in `reason`.
Device choose_device(const std::string& wish);

class GpuProbe;
/// The same with the answers of `probe` (src/tensor/gpu_probe.h), for tests.
Device choose_device(const std::string& wish, const GpuProbe& probe);

/// Version of the libtorch in use, e.g. "2.11.0".
std::string torch_version();

/// Threads of one torch operation; 0 = the number of CPU cores this process may use.
/// @throws Error(Resource) if this many cannot be started.
void set_torch_threads(int num_threads);

/// Within its scope, torch's operators use one thread on the CPU. Small networks run as fast, and
/// no threads wait for each other when other programs keep the cores busy.
///
/// Applies only to the thread that created it: an item of core::parallel_for() needs its own. At
/// the end the thread returns to the number of set_torch_threads(), or to torch's own number.
class SingleTorchThread {
  public:
    SingleTorchThread();
    ~SingleTorchThread();
    SingleTorchThread(const SingleTorchThread&) = delete;
    SingleTorchThread& operator=(const SingleTorchThread&) = delete;
};

}  // namespace vasa::tensor
