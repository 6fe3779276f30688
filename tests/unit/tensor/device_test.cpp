// SPDX-License-Identifier: Apache-2.0
#include "vasa/tensor/device.h"

#include "vasa/core/error.h"

#include <dlfcn.h>

#include "support/catch.h"

using namespace vasa;

namespace {

core::ErrorKind kind_of(const std::string& wish) {
    try {
        tensor::choose_device(wish);
    } catch (const core::Error& e) {
        return e.kind();
    }
    return core::ErrorKind::Batch;
}

}  // namespace

TEST_CASE("devices are chosen by name") {
    CHECK(tensor::choose_device("cpu").to_string() == "cpu");
    CHECK(kind_of("gpu") == core::ErrorKind::Usage);
    CHECK(kind_of("cuda:x") == core::ErrorKind::Usage);
    CHECK(kind_of("cuda:-1") == core::ErrorKind::Usage);
    CHECK(kind_of("cuda:99") == core::ErrorKind::Resource);
}

TEST_CASE("without a driver auto falls back and says why, cuda is an error with the cause") {
    if (dlopen("libcuda.so.1", RTLD_NOW) != nullptr) {
        WARN("SKIPPED: this machine has an NVIDIA driver");
        return;
    }
    const tensor::Device device = tensor::choose_device("auto");
    CHECK_FALSE(device.is_cuda);
    CHECK(device.reason.find("driver") != std::string::npos);
    CHECK(kind_of("cuda") == core::ErrorKind::Resource);
}

TEST_CASE("libtorch is the version this is built for") {
    CHECK(tensor::torch_version().rfind("2.11", 0) == 0);
}
