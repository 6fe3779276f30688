// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/parallel.h"

#include "vasa/core/error.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "support/catch.h"

using namespace vasa::core;

namespace {

struct ThreadCount {
    explicit ThreadCount(int count) { set_num_threads(count); }
    ~ThreadCount() { set_num_threads(0); }
};

}  // namespace

TEST_CASE("parallel_for runs every item once", "[core]") {
    const ThreadCount threads(4);
    for (const int num_items : {0, 1, 2, 3, 1000}) {
        std::vector<std::atomic<int>> calls(static_cast<std::size_t>(num_items));
        parallel_for(num_items, [&](int i) { ++calls[static_cast<std::size_t>(i)]; });
        for (const auto& count : calls) {
            REQUIRE(count == 1);
        }
    }
    CHECK_NOTHROW(parallel_for(-3, [](int) { throw Error(ErrorKind::Internal, "called"); }));
}

TEST_CASE("parallel_for uses as many threads as it may, the caller among them", "[core]") {
    const ThreadCount threads(3);
    std::mutex mutex;
    std::set<std::thread::id> ids;
    std::atomic<int> running{0};
    std::atomic<int> most{0};
    parallel_for(60, [&](int) {
        const int now = ++running;
        int seen = most;
        while (now > seen && !most.compare_exchange_weak(seen, now)) {
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        --running;
        const std::lock_guard<std::mutex> lock(mutex);
        ids.insert(std::this_thread::get_id());
    });
    CHECK(most == 3);
    CHECK(ids.count(std::this_thread::get_id()) == 1);
}

TEST_CASE("an item's exception reaches the caller after all running items have ended", "[core]") {
    const ThreadCount threads(4);
    for (int round = 0; round < 50; ++round) {
        std::atomic<int> running{0};
        std::atomic<int> calls{0};
        try {
            parallel_for(10000, [&](int i) {
                ++running;
                ++calls;
                if (i == 20) {
                    --running;
                    throw Error(ErrorKind::Model, "item 20");
                }
                std::this_thread::yield();
                --running;
            });
            FAIL("no error");
        } catch (const Error& error) {
            CHECK(error.kind() == ErrorKind::Model);
            CHECK(std::string(error.what()) == "item 20");
        }
        CHECK(running == 0);
        CHECK(calls < 10000);
    }
    // The pool still works.
    std::atomic<int> sum{0};
    parallel_for(100, [&](int i) { sum += i; });
    CHECK(sum == 4950);
}

TEST_CASE("a call from inside an item runs on the item's own thread", "[core]") {
    const ThreadCount threads(4);
    std::atomic<int> foreign{0};
    std::atomic<int> calls{0};
    parallel_for(8, [&](int) {
        const auto own = std::this_thread::get_id();
        parallel_for(8, [&](int) {
            ++calls;
            foreign += std::this_thread::get_id() != own;
        });
    });
    CHECK(calls == 64);
    CHECK(foreign == 0);
}

TEST_CASE("parallel_for may be called from many threads at once", "[core]") {
    const ThreadCount threads(3);
    std::atomic<long> sum{0};
    std::vector<std::thread> callers;
    for (int t = 0; t < 6; ++t) {
        callers.emplace_back([&] {
            for (int round = 0; round < 50; ++round) {
                parallel_for(20, [&](int i) { sum += i; });
            }
        });
    }
    for (std::thread& caller : callers) {
        caller.join();
    }
    CHECK(sum == 6L * 50 * 190);
}

TEST_CASE("the default number of threads is positive and a set number is kept", "[core]") {
    CHECK(num_threads() >= 1);
    const ThreadCount threads(7);
    CHECK(num_threads() == 7);
}
