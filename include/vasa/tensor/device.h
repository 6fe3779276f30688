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

    /// "cpu" or "cuda:0".
    std::string to_string() const;
};

/// Chooses a device.
///
/// libtorch's CUDA half is loaded at run time, before torch is first asked about CUDA, and only
/// when a driver is there; without one nothing is loaded and everything runs on the CPU.
///
/// @param wish  "auto", "cpu", "cuda" or "cuda:n"
/// @throws Error(Usage) for other words; Error(Resource) with the cause if a GPU is demanded and
///         cannot be used. "auto" falls back to the CPU and says why in `reason`.
Device choose_device(const std::string& wish);

/// Version of the libtorch in use, e.g. "2.11.0".
std::string torch_version();

/// Threads of one torch operation; 0 = the number of CPU cores this process may use.
/// @throws Error(Resource) if so many cannot be started.
void set_torch_threads(int num_threads);

/// Within it, torch's operators use one thread on the CPU. Small networks are as fast so, and do
/// not suffer from threads that wait for each other where other programs keep the cores busy.
class SingleTorchThread {
  public:
    SingleTorchThread();
    ~SingleTorchThread();
    SingleTorchThread(const SingleTorchThread&) = delete;
    SingleTorchThread& operator=(const SingleTorchThread&) = delete;

  private:
    int before_;
};

}  // namespace vasa::tensor
