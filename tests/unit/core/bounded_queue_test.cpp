// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/bounded_queue.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "support/catch.h"

using vasa::core::BoundedQueue;

namespace {

void wait_a_little() {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
}

}  // namespace

TEST_CASE("items come out in order, across threads, within the budget", "[core]") {
    BoundedQueue<int> queue(40);
    std::atomic<int> pushed{0};
    std::thread producer([&] {
        for (int i = 0; i < 10000; ++i) {
            queue.push(i, 10);
            pushed = i + 1;
        }
        queue.close();
    });
    int expected = 0;
    bool in_order = true;
    int most_ahead = 0;
    while (const auto item = queue.pop()) {
        most_ahead = std::max(most_ahead, pushed - *item);
        in_order = in_order && *item == expected++;
    }
    producer.join();
    CHECK(in_order);
    CHECK(expected == 10000);
    CHECK(most_ahead <= 6);  // four in the queue, one popped, one just pushed
}

TEST_CASE("one item larger than the budget still fits, a second one waits", "[core]") {
    BoundedQueue<int> queue(10);
    REQUIRE(queue.push(1, 1000));
    std::atomic<bool> second{false};
    std::thread producer([&] {
        queue.push(2, 1);
        second = true;
    });
    wait_a_little();
    CHECK_FALSE(second);
    CHECK(queue.pop() == 1);
    CHECK(queue.pop() == 2);
    producer.join();
    CHECK(second);
}

TEST_CASE("close wakes a waiting consumer and producer and keeps what is left", "[core]") {
    BoundedQueue<int> empty(10);
    std::thread consumer([&] { CHECK_FALSE(empty.pop().has_value()); });
    BoundedQueue<int> full(10);
    REQUIRE(full.push(1, 10));
    std::atomic<int> result{-1};
    std::thread producer([&] { result = full.push(2, 10); });
    wait_a_little();
    empty.close();
    full.close();
    consumer.join();
    producer.join();
    CHECK(result == 0);
    CHECK(full.pop() == 1);
    CHECK_FALSE(full.pop().has_value());
    CHECK_FALSE(full.push(3, 1));
}

TEST_CASE("abort drops what is left and frees it", "[core]") {
    auto item = std::make_shared<int>(1);
    BoundedQueue<std::shared_ptr<int>> queue(10);
    REQUIRE(queue.push(item, 10));
    std::thread producer([&] { CHECK_FALSE(queue.push(item, 10)); });
    wait_a_little();
    queue.abort();
    producer.join();
    CHECK_FALSE(queue.pop().has_value());
    CHECK(item.use_count() == 1);
}
