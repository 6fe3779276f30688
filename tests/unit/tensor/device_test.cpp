// SPDX-License-Identifier: Apache-2.0
#include "vasa/tensor/device.h"

#include "gpu_probe.h"

#include "vasa/core/error.h"

#include <functional>
#include <vector>

#include <dlfcn.h>

#include "support/catch.h"

using namespace vasa;

namespace {

/// A machine configured by a test.
class FakeMachine : public tensor::GpuProbe {
  public:
    tensor::DriverFacts driver;
    std::string torch_problem;
    int busy_gpu = -1;
    mutable int num_loads = 0;

    FakeMachine() {
        driver.is_there = true;
        driver.cuda_version = 13000;
        driver.gpus = {{"Good One", 80, 16ULL << 30U}};
    }
    tensor::DriverFacts ask_driver() const override { return driver; }
    std::string load_torch(int) const override {
        ++num_loads;
        return torch_problem;
    }
    std::string try_gpu(int index) const override {
        return index == busy_gpu ? "GPU " + std::to_string(index) + " is busy" : "";
    }
};

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

TEST_CASE("without a driver auto falls back and says why, cuda is an error with the cause",
          "[no-driver]") {
    if (dlopen("libcuda.so.1", RTLD_NOW) != nullptr) {
        WARN("SKIPPED: this machine has an NVIDIA driver");
        return;
    }
    const tensor::Device device = tensor::choose_device("auto");
    CHECK_FALSE(device.is_cuda);
    CHECK(device.reason.find("driver") != std::string::npos);
    CHECK(kind_of("cuda") == core::ErrorKind::Resource);
}

TEST_CASE("a good GPU is taken, libtorch's CUDA half loaded for it") {
    FakeMachine machine;
    CHECK(tensor::choose_device("cpu", machine).to_string() == "cpu");
    CHECK(machine.num_loads == 0);
    for (const char* wish : {"auto", "cuda", "cuda:0"}) {
        const tensor::Device device = tensor::choose_device(wish, machine);
        CHECK(device.to_string() == "cuda:0");
        CHECK(device.reason.empty());
        CHECK(device.gpu == "Good One");
    }
    CHECK(machine.num_loads == 3);
    machine.driver.cuda_version = 13020;  // newer drivers support older libraries
    CHECK(tensor::choose_device("auto", machine).is_cuda);
}

TEST_CASE("auto passes over a GPU that is too old, cuda:n does not") {
    FakeMachine machine;
    machine.driver.gpus.insert(machine.driver.gpus.begin(), {"Old One", 75, 16ULL << 30U});
    CHECK(tensor::choose_device("auto", machine).to_string() == "cuda:1");
    CHECK(tensor::choose_device("cuda:1", machine).to_string() == "cuda:1");
    CHECK_THROWS_AS(tensor::choose_device("cuda", machine), core::Error);
}

TEST_CASE("auto passes over a GPU that does not work, cuda:n does not") {
    FakeMachine machine;
    machine.driver.gpus.push_back({"Other One", 90, 16ULL << 30U});
    machine.busy_gpu = 0;
    CHECK(tensor::choose_device("auto", machine).to_string() == "cuda:1");
    CHECK(tensor::choose_device("cuda:1", machine).to_string() == "cuda:1");
    CHECK_THROWS_AS(tensor::choose_device("cuda", machine), core::Error);
    machine.driver.gpus.pop_back();
    const tensor::Device device = tensor::choose_device("auto", machine);
    CHECK_FALSE(device.is_cuda);
    CHECK(device.reason == "GPU 0 is busy");
}

TEST_CASE("each cause that keeps a GPU from use is named, by auto and by cuda") {
    struct Case {
        std::function<void(FakeMachine&)> spoil;
        std::string cause;
        int num_loads;
    };
    const std::vector<Case> cases = {
        {[](FakeMachine& m) { m.driver = {}; }, "no NVIDIA driver", 0},
        {[](FakeMachine& m) { m.driver.cuda_version = 12040; },
         "it serves CUDA 12.4, libtorch needs 13.0",
         0},
        {[](FakeMachine& m) {
             m.driver.error = 803;
             m.driver.error_text = "unsupported combination";
             m.driver.gpus.clear();
         },
         "do not fit together (unsupported combination)",
         0},
        {[](FakeMachine& m) {
             m.driver.error = 999;
             m.driver.error_text = "unknown error";
             m.driver.gpus.clear();
         },
         "does not start: unknown error (error 999)",
         0},
        {[](FakeMachine& m) {
             m.driver.error = 100;
             m.driver.gpus.clear();
         },
         "finds no GPU",
         0},
        {[](FakeMachine& m) { m.driver.gpus[0].capability = 75; },
         "(Good One) is too old: compute capability 7.5, expected 8.0",
         0},
        {[](FakeMachine& m) { m.driver.gpus[0].memory_bytes = 2ULL << 30U; },
         "too little memory: 2.0 GiB, expected 3.0 GiB",
         0},
        {[](FakeMachine& m) { m.torch_problem = "libtorch was set up without CUDA"; },
         "libtorch was set up without CUDA",
         1},
    };
    for (const Case& c : cases) {
        FakeMachine machine;
        c.spoil(machine);
        const tensor::Device device = tensor::choose_device("auto", machine);
        CHECK(device.to_string() == "cpu");
        CHECK(device.reason.find(c.cause) != std::string::npos);
        CHECK(machine.num_loads == c.num_loads);
        try {
            tensor::choose_device("cuda", machine);
            FAIL("no error");
        } catch (const core::Error& error) {
            CHECK(error.kind() == core::ErrorKind::Resource);
            CHECK(std::string(error.what()).find(c.cause) != std::string::npos);
        }
    }
    FakeMachine machine;
    try {
        tensor::choose_device("cuda:3", machine);
        FAIL("no error");
    } catch (const core::Error& error) {
        CHECK(std::string(error.what()).find("no GPU 3 among 1") != std::string::npos);
    }
}

TEST_CASE("libtorch is the version this is built for") {
    CHECK(tensor::torch_version().rfind("2.11", 0) == 0);
}
