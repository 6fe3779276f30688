// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace vasa::core {

/// First-in first-out queue between two stages, bounded by a byte budget.
///
/// push() waits while the queue holds more than the budget (one item always fits); pop() waits
/// while it is empty. close() wakes all waiters: push() then returns false, pop() returns the
/// remaining items and then nothing. abort() also drops the remaining items.
template <typename T>
class BoundedQueue {
  public:
    explicit BoundedQueue(std::size_t max_bytes) : max_bytes_(max_bytes) {}

    bool push(T item, std::size_t num_bytes) {
        std::unique_lock<std::mutex> lock(mutex_);
        not_full_.wait(lock, [&] {
            return closed_ || items_.empty() || used_bytes_ + num_bytes <= max_bytes_;
        });
        if (closed_) {
            return false;
        }
        items_.emplace_back(std::move(item), num_bytes);
        used_bytes_ += num_bytes;
        not_empty_.notify_one();
        return true;
    }

    std::optional<T> pop() {
        std::unique_lock<std::mutex> lock(mutex_);
        not_empty_.wait(lock, [&] { return closed_ || !items_.empty(); });
        if (items_.empty()) {
            return std::nullopt;
        }
        std::pair<T, std::size_t> front = std::move(items_.front());
        items_.pop_front();
        used_bytes_ -= front.second;
        not_full_.notify_all();
        return std::move(front.first);
    }

    void close() {
        std::lock_guard<std::mutex> lock(mutex_);
        closed_ = true;
        not_full_.notify_all();
        not_empty_.notify_all();
    }

    void abort() {
        std::lock_guard<std::mutex> lock(mutex_);
        closed_ = true;
        items_.clear();
        used_bytes_ = 0;
        not_full_.notify_all();
        not_empty_.notify_all();
    }

  private:
    const std::size_t max_bytes_;
    std::mutex mutex_;
    std::condition_variable not_full_;
    std::condition_variable not_empty_;
    std::deque<std::pair<T, std::size_t>> items_;
    std::size_t used_bytes_ = 0;
    bool closed_ = false;
};

}  // namespace vasa::core
