// SPDX-License-Identifier: Apache-2.0
#include "cuda/cuda_module.h"

#include "vasa/decode/batch_decoder.h"

#include <filesystem>

#include <dlfcn.h>

namespace vasa::decode {
namespace {

using kernels::FrameKernels;

constexpr const char* kModuleFile = "libvasa_cuda.so";

/// Path of the program or library that holds this code; empty if unknown.
std::filesystem::path own_file() {
    std::error_code error;
    Dl_info info{};
    const bool is_known = dladdr(reinterpret_cast<const void*>(&own_file), &info) != 0;
    // For a program, dladdr() gives the name it was called by. That name and a relative path of
    // a library may resolve to another file from here.
    const bool is_path = is_known && info.dli_fname != nullptr &&
                         std::filesystem::path(info.dli_fname).is_absolute();
    const std::filesystem::path own =
        std::filesystem::canonical(is_path ? info.dli_fname : "/proc/self/exe", error);
    return error ? std::filesystem::path() : own;
}

/// The module's file near own_file(), else its bare name.
std::string find_module() {
    const std::filesystem::path own = own_file();
    std::error_code error;
    for (const char* folder : {".", "../lib", "../lib64", "../" VASA_LIB_FOLDER}) {
        const std::filesystem::path path = own.parent_path() / folder / kModuleFile;
        if (!own.empty() && std::filesystem::exists(path, error)) {
            return path.string();
        }
    }
    return kModuleFile;
}

}  // namespace

CudaModule load_cuda_module(const std::string& path) {
    CudaModule module;
    void* const library = dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL);
    if (library == nullptr) {
        const char* const error = dlerror();
        module.problem = "no module with GPU kernels (" +
                         std::string(error != nullptr ? error : path.c_str()) + ")";
        return module;
    }
    using Factory = const FrameKernels* (*)();
    const auto factory =
        reinterpret_cast<Factory>(dlsym(library, FrameKernels::kFactoryName));  // NOLINT
    const FrameKernels* const found = factory != nullptr ? factory() : nullptr;
    if (found == nullptr) {
        module.problem = "'" + path + "' is not a module with GPU kernels: no function '" +
                         FrameKernels::kFactoryName + "'";
    } else if (found->version != FrameKernels::kVersion ||
               found->scene_bytes != sizeof(kernels::Scene) ||
               found->batch_bytes != sizeof(kernels::Batch)) {
        module.problem = "'" + path + "' has GPU kernels of version " +
                         std::to_string(found->version) + ", expected " +
                         std::to_string(FrameKernels::kVersion) + " of this build";
    } else {
        module.kernels = found;
    }
    return module;
}

const CudaModule& cuda_module() {
    static const CudaModule module = load_cuda_module(find_module());
    return module;
}

std::string cuda_module_problem() {
    return cuda_module().problem;
}

bool gpu_memory(int device, std::size_t& used, std::size_t& total) {
    const FrameKernels* const found = cuda_module().kernels;
    return found != nullptr && found->memory(device, &used, &total) == nullptr;
}

}  // namespace vasa::decode
