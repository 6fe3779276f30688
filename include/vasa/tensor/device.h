// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace vasa::tensor {

/// Where networks run.
struct Device {
    bool is_cuda = false;
    int index = 0;       ///< of the GPU
    std::string name;    ///< "cpu" or "cuda:0"
    std::string reason;  ///< why the CPU was taken, when a GPU was wished for
    std::string gpu;     ///< what the GPU's maker calls it; empty for the CPU

    /// "cpu" or "cuda:0".
    std::string to_string() const;
};

/// Chooses a device.
///
/// libtorch's CUDA half is loaded at run time, before torch is first asked about CUDA, and only
/// when there is a driver and a GPU that serves: compute capability 8.0 or more and 3 GiB of
/// memory, of which 1 GiB is free; and it has to do a sum. Otherwise everything runs on the CPU.
///
/// Call it before a network runs on the CPU, if any is to run on a GPU later: torch asks for CUDA
/// once, and a GPU that is asked for afterwards cannot be used.
///
/// @param wish  "auto", "cpu", "cuda" or "cuda:n"
/// @throws Error(Usage) for other words; Error(Resource) with the cause if a GPU is demanded and
///         cannot be used. "auto" takes the first GPU that serves, or falls back to the CPU and
///         says why in `reason`.
Device choose_device(const std::string& wish);

class GpuProbe;
/// The same on a machine that answers as `probe` does (src/tensor/gpu_probe.h), for tests.
Device choose_device(const std::string& wish, const GpuProbe& probe);

/// Version of the libtorch in use, e.g. "2.11.0".
std::string torch_version();

/// Threads of one torch operation; 0 = the number of CPU cores this process may use.
/// @throws Error(Resource) if so many cannot be started.
void set_torch_threads(int num_threads);

/// Within it, torch's operators use one thread on the CPU. Small networks are as fast so, and do
/// not suffer from threads that wait for each other where other programs keep the cores busy.
///
/// Holds for the thread that made it alone: an item of core::parallel_for() needs its own. At the
/// end the thread gets the number of set_torch_threads() back, or torch's own number.
class SingleTorchThread {
  public:
    SingleTorchThread();
    ~SingleTorchThread();
    SingleTorchThread(const SingleTorchThread&) = delete;
    SingleTorchThread& operator=(const SingleTorchThread&) = delete;
};

}  // namespace vasa::tensor
