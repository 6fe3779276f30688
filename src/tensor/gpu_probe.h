// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vasa::tensor {

/// One GPU as the driver describes it.
struct GpuFacts {
    std::string name;
    int capability = 0;  ///< compute capability, 80 = 8.0
    std::uint64_t memory_bytes = 0;
};

/// What the NVIDIA driver says of itself and its GPUs.
struct DriverFacts {
    bool is_there = false;  ///< libcuda.so.1 can be loaded
    int error = 0;          ///< CUresult of starting it, 0 = it works
    std::string error_text;
    int cuda_version = 0;  ///< the newest CUDA that it serves, 13000 = 13.0
    std::vector<GpuFacts> gpus;
};

/// Asks the machine for GPUs; tests give other answers.
class GpuProbe {
  public:
    virtual ~GpuProbe() = default;

    /// Asks the driver, without libtorch.
    virtual DriverFacts ask_driver() const = 0;

    /// Loads libtorch's CUDA half and lets it count GPUs.
    /// @param num_gpus  those of the driver
    /// @return          why they cannot be used, empty if they can
    virtual std::string load_torch(int num_gpus) const = 0;

    /// Lets a GPU work: it may be in another program's hands, or its memory full. After
    /// load_torch().
    /// @return  why it cannot be used, empty if it can
    virtual std::string try_gpu(int index) const = 0;
};

/// This machine's; answers are asked for once.
const GpuProbe& machine_probe();

/// Why the driver can serve no GPU at all; empty if it can.
std::string driver_problem(const DriverFacts& facts);
/// Why networks cannot run on a GPU; empty if they can.
std::string gpu_problem(const DriverFacts& facts, int index);

}  // namespace vasa::tensor
