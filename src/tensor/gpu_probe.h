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

/// What the NVIDIA driver reports about itself and its GPUs.
struct DriverFacts {
    bool is_there = false;  ///< libcuda.so.1 can be loaded
    int error = 0;          ///< CUresult of its start, 0 = success
    std::string error_text;
    int cuda_version = 0;  ///< newest CUDA version it supports, 13000 = 13.0
    std::vector<GpuFacts> gpus;
};

/// Queries the machine's GPUs; tests substitute other answers.
class GpuProbe {
  public:
    virtual ~GpuProbe() = default;

    /// Queries the driver, without libtorch.
    virtual DriverFacts ask_driver() const = 0;

    /// Loads libtorch's CUDA library and checks its number of GPUs.
    /// @param num_gpus  number of GPUs that the driver finds
    /// @return          why they cannot be used, empty if they can
    virtual std::string load_torch(int num_gpus) const = 0;

    /// Tests a GPU with a sum: another program may occupy it or its memory. Call after
    /// load_torch().
    /// @return  why it cannot be used, empty if it can
    virtual std::string try_gpu(int index) const = 0;
};

/// This machine's probe; each query runs once.
const GpuProbe& machine_probe();

/// Why the driver can use no GPU at all; empty if it can.
std::string driver_problem(const DriverFacts& facts);
/// Why networks cannot run on a GPU; empty if they can.
std::string gpu_problem(const DriverFacts& facts, int index);

}  // namespace vasa::tensor
