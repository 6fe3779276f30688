// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/parallel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include <sched.h>

namespace vasa::core {
namespace {

int available_cores() {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof(set), &set) == 0) {
        return std::max(1, CPU_COUNT(&set));
    }
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

std::atomic<int> g_num_threads{0};
thread_local bool t_inside_item = false;

/// One parallel_for: threads take items by a counter; the last thread to leave wakes the caller.
struct Job {
    const std::function<void(int)>* body;
    int num_items;
    std::atomic<int> next{0};
    int workers = 0;  // guarded by the pool's mutex
    std::mutex error_mutex;
    std::exception_ptr error;

    void run() {
        t_inside_item = true;
        for (int i = next.fetch_add(1); i < num_items; i = next.fetch_add(1)) {
            try {
                (*body)(i);
            } catch (...) {
                const std::lock_guard<std::mutex> lock(error_mutex);
                if (!error) {
                    error = std::current_exception();
                }
                next.store(num_items);
            }
        }
        t_inside_item = false;
    }
};

/// Threads that help with any waiting job. The thread that submits a job works on it too, so that
/// the job ends even if every worker is busy.
class Pool {
  public:
    void run(Job& job, int num_helpers) {
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            grow(num_helpers);
            for (int i = 0; i < num_helpers; ++i) {
                queue_.push_back(&job);
            }
        }
        wake_.notify_all();
        job.run();
        std::unique_lock<std::mutex> lock(mutex_);
        queue_.erase(std::remove(queue_.begin(), queue_.end(), &job), queue_.end());
        done_.wait(lock, [&] { return job.workers == 0; });
    }

  private:
    void grow(int num_workers) {
        while (num_workers_ < num_workers) {
            try {
                std::thread([this] { work(); }).detach();
            } catch (const std::system_error&) {
                return;  // fewer threads do the same work
            }
            ++num_workers_;
        }
    }

    void work() {
        std::unique_lock<std::mutex> lock(mutex_);
        while (true) {
            wake_.wait(lock, [&] { return !queue_.empty(); });
            Job* job = queue_.back();
            queue_.pop_back();
            ++job->workers;
            lock.unlock();
            job->run();
            lock.lock();
            --job->workers;
            done_.notify_all();
        }
    }

    std::mutex mutex_;
    std::condition_variable wake_, done_;
    std::vector<Job*> queue_;
    int num_workers_ = 0;
};

/// Never destroyed: its threads sleep until the process ends, and exit must not wait for work.
Pool& pool() {
    static Pool* instance = new Pool;
    return *instance;
}

}  // namespace

void set_num_threads(int num_threads) {
    g_num_threads.store(std::clamp(num_threads, 0, 1024));
}

int num_threads() {
    const int n = g_num_threads.load();
    return n > 0 ? n : available_cores();
}

void parallel_for(int num_items, const std::function<void(int)>& body) {
    const int threads = std::min(num_threads(), num_items);
    if (threads <= 1 || t_inside_item) {
        for (int i = 0; i < num_items; ++i) {
            body(i);
        }
        return;
    }
    Job job;
    job.body = &body;
    job.num_items = num_items;
    pool().run(job, threads - 1);
    if (job.error) {
        std::rethrow_exception(job.error);
    }
}

}  // namespace vasa::core
