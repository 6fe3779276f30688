// SPDX-License-Identifier: Apache-2.0
#include "vasa/tensor/device.h"

#include <thread>
#include <utility>

#include <ATen/Parallel.h>

#include "support/catch.h"

using namespace vasa;

namespace {

constexpr int kThreads = 3;

/// Sets the number of torch's threads within a test.
struct ThreeThreads {
    ThreeThreads() { tensor::set_torch_threads(kThreads); }
    ~ThreeThreads() { tensor::set_torch_threads(0); }
};

}  // namespace

TEST_CASE("torch uses one thread until the last SingleTorchThread ends") {
    const ThreeThreads three;
    {
        const tensor::SingleTorchThread outer;
        CHECK(at::get_num_threads() == 1);
        {
            const tensor::SingleTorchThread inner;
            CHECK(at::get_num_threads() == 1);
        }
        CHECK(at::get_num_threads() == 1);
    }
    CHECK(at::get_num_threads() == kThreads);
}

TEST_CASE("a thread that starts within another's SingleTorchThread returns to the set number",
          "[threads]") {
    const ThreeThreads three;
    std::pair<int, int> within_and_after;
    {
        const tensor::SingleTorchThread single;
        std::thread([&within_and_after] {
            {
                const tensor::SingleTorchThread own;
                within_and_after.first = at::get_num_threads();
            }
            within_and_after.second = at::get_num_threads();
        }).join();
        CHECK(at::get_num_threads() == 1);
    }
    CHECK(within_and_after == std::pair{1, kThreads});
}
