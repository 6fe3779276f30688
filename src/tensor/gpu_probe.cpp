// SPDX-License-Identifier: Apache-2.0
#include "gpu_probe.h"

#include <array>
#include <cstddef>
#include <cstdio>
#include <map>
#include <mutex>
#include <type_traits>

#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/ones.h>

#include <dlfcn.h>

namespace vasa::tensor {
namespace {

/// CUDA version that libtorch was built with; a driver supports its whole major version.
constexpr int kCudaVersion = 13000;
/// Lowest compute capability that the kernels are compiled for.
constexpr int kMinCapability = 80;
/// CUDA and libtorch alone take about half a gigabyte.
constexpr std::uint64_t kMinMemory_bytes = 3ULL << 30U;
/// Memory that other programs must leave free, beside CUDA's and libtorch's.
constexpr std::uint64_t kMinFree_bytes = 1ULL << 30U;

// Constants of the driver's interface (cuda.h), which is loaded at run time.
constexpr int kErrorNoDevice = 100, kErrorDriverMismatch = 803;
constexpr int kCapabilityMajor = 75, kCapabilityMinor = 76;

std::string version_text(int version) {
    return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

/// @param capability  80 = 8.0
std::string capability_text(int capability) {
    return std::to_string(capability / 10) + "." + std::to_string(capability % 10);
}

std::string gigabytes(std::uint64_t bytes) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f GiB", static_cast<double>(bytes) / (1ULL << 30U));
    return text.data();
}

DriverFacts ask_cuda(void* library) {
    const auto load = [library](auto& function, const char* name) {
        function =
            reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
        return function != nullptr;
    };
    DriverFacts facts;
    facts.is_there = true;
    int (*init)(unsigned) = nullptr;
    int (*error_text)(int, const char**) = nullptr;
    int (*version)(int*) = nullptr;
    int (*count)(int*) = nullptr;
    int (*device)(int*, int) = nullptr;
    int (*name)(char*, int, int) = nullptr;
    int (*attribute)(int*, int, int) = nullptr;
    int (*memory)(std::size_t*, int) = nullptr;
    if (!load(init, "cuInit") || !load(error_text, "cuGetErrorString") ||
        !load(version, "cuDriverGetVersion") || !load(count, "cuDeviceGetCount") ||
        !load(device, "cuDeviceGet") || !load(name, "cuDeviceGetName") ||
        !load(attribute, "cuDeviceGetAttribute") || !load(memory, "cuDeviceTotalMem_v2")) {
        facts.error = -1;
        facts.error_text = "libcuda.so.1 lacks functions";
        return facts;
    }
    // Works before cuInit(), which may fail if the driver is too old.
    version(&facts.cuda_version);
    facts.error = init(0);
    if (facts.error != 0) {
        const char* text = nullptr;
        error_text(facts.error, &text);
        facts.error_text = text != nullptr ? text : "unknown error";
        return facts;
    }
    int num_gpus = 0;
    count(&num_gpus);
    for (int i = 0; i < num_gpus; ++i) {
        GpuFacts gpu;
        int handle = 0, major = 0, minor = 0;
        std::size_t bytes = 0;
        std::array<char, 128> text{};
        if (device(&handle, i) == 0) {
            name(text.data(), static_cast<int>(text.size()) - 1, handle);
            attribute(&major, kCapabilityMajor, handle);
            attribute(&minor, kCapabilityMinor, handle);
            memory(&bytes, handle);
        }
        facts.gpus.push_back({text.data(), 10 * major + minor, bytes});
    }
    return facts;
}

class MachineProbe : public GpuProbe {
  public:
    DriverFacts ask_driver() const override {
        static const DriverFacts facts = [] {
            void* const library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_GLOBAL);
            return library != nullptr ? ask_cuda(library) : DriverFacts{};
        }();
        return facts;
    }

    std::string load_torch(int num_gpus) const override {
        static const std::string problem = load_torch_once(num_gpus);
        return problem;
    }

    std::string try_gpu(int index) const override {
        static std::mutex mutex;
        static std::map<int, std::string> problems;
        const std::lock_guard<std::mutex> lock(mutex);
        const auto found = problems.find(index);
        return found != problems.end() ? found->second
                                       : problems.emplace(index, try_gpu_once(index)).first->second;
    }

  private:
    static std::string try_gpu_once(int index) {
        const std::string label = "GPU " + std::to_string(index);
        try {
            const at::Device device(at::kCUDA, static_cast<at::DeviceIndex>(index));
            const at::TensorOptions there = at::TensorOptions(at::kFloat).device(device);
            const bool is_right = (at::ones({64}, there) + 1).sum().item<float>() == 128.0F;
            const auto [free, total] = at::accelerator::getMemoryInfo(device.index());
            if (free < kMinFree_bytes) {
                return label + " has " + gigabytes(free) + " of memory free, expected " +
                       gigabytes(kMinFree_bytes) + " or more: other programs use it";
            }
            return is_right ? "" : label + " does not compute";
        } catch (const c10::Error& error) {
            return label + " cannot be used: " + error.what_without_backtrace();
        }
    }

    static std::string load_torch_once(int num_gpus) {
        // torch caches the result of its first CUDA query, so the library is loaded first.
        if (dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) == nullptr) {
            const char* const error = dlerror();
            return std::string("libtorch was set up without CUDA (") +
                   (error != nullptr ? error : "libtorch_cuda.so") + ")";
        }
        try {
            if (!at::globalContext().hasCUDA()) {
                return "libtorch's CUDA half does not start, or networks ran before it was there";
            }
            const auto found = static_cast<int>(at::getNumGPUs());
            if (found < num_gpus) {
                return "libtorch finds " + std::to_string(found) + " of the driver's " +
                       std::to_string(num_gpus) + " GPUs";
            }
            // fp32 must stay fp32, and a motion must give the same frames each time.
            at::globalContext().setAllowTF32CuDNN(false);
            at::globalContext().setDeterministicCuDNN(true);
        } catch (const c10::Error& error) {
            return error.what_without_backtrace();
        }
        return {};
    }
};

}  // namespace

std::string driver_problem(const DriverFacts& facts) {
    if (!facts.is_there) {
        return "no NVIDIA driver (libcuda.so.1 is not there)";
    }
    if (facts.cuda_version != 0 && facts.cuda_version < kCudaVersion) {
        return "the NVIDIA driver is too old: it serves CUDA " + version_text(facts.cuda_version) +
               ", libtorch needs " + version_text(kCudaVersion);
    }
    if (facts.error == kErrorDriverMismatch) {
        return "the NVIDIA driver's library and kernel module do not fit together (" +
               facts.error_text + "): restart the machine, or install the driver again";
    }
    if (facts.error != 0 && facts.error != kErrorNoDevice) {
        return "the NVIDIA driver does not start: " + facts.error_text + " (error " +
               std::to_string(facts.error) + ")";
    }
    if (facts.gpus.empty()) {
        return "the NVIDIA driver finds no GPU";
    }
    return {};
}

std::string gpu_problem(const DriverFacts& facts, int index) {
    if (index >= static_cast<int>(facts.gpus.size())) {
        return "there is no GPU " + std::to_string(index) + " among " +
               std::to_string(facts.gpus.size());
    }
    const GpuFacts& gpu = facts.gpus[static_cast<std::size_t>(index)];
    const std::string label = "GPU " + std::to_string(index) + " (" + gpu.name + ")";
    if (gpu.capability < kMinCapability) {
        return label + " is too old: compute capability " + capability_text(gpu.capability) +
               ", expected " + capability_text(kMinCapability) + " or more";
    }
    if (gpu.memory_bytes < kMinMemory_bytes) {
        return label + " has too little memory: " + gigabytes(gpu.memory_bytes) + ", expected " +
               gigabytes(kMinMemory_bytes) + " or more";
    }
    return {};
}

const GpuProbe& machine_probe() {
    static const MachineProbe probe;
    return probe;
}

}  // namespace vasa::tensor
