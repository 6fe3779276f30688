// SPDX-License-Identifier: Apache-2.0
#include "pipeline.h"

#include "stopwatch.h"
#include "worker_threads.h"

#include "vasa/core/bounded_queue.h"
#include "vasa/core/error.h"

#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <utility>

namespace vasa::render {
namespace {

using core::Error;
using core::ErrorKind;
using Queue = core::BoundedQueue<FrameItem>;

/// State shared by the workers of a stage.
struct StageState {
    std::mutex mutex;
    std::condition_variable turn_changed;
    std::int64_t next_out = 0;  ///< next item to pass on
    int num_working = 0;
    double busy_s = 0;
};

class Pipeline {
  public:
    Pipeline(std::int64_t num_items,
             const std::vector<Stage>& stages,
             std::size_t queue_bytes,
             const core::ProgressFn& progress,
             const core::StopToken& stop)
        : num_items_(num_items),
          stages_(stages),
          progress_(progress),
          stop_(stop),
          states_(stages.size()) {
        for (std::size_t i = 0; i + 1 < stages.size(); ++i) {
            queues_.push_back(std::make_unique<Queue>(queue_bytes));
        }
    }

    PipelineReport run() {
        for (std::size_t i = 0; i < stages_.size(); ++i) {
            states_[i].num_working = stages_[i].num_workers;
        }
        {
            WorkerThreads threads;
            try {
                for (std::size_t i = 0; i < stages_.size(); ++i) {
                    for (int worker = 0; worker < stages_[i].num_workers; ++worker) {
                        threads.start([this, i] { run_worker(i); });
                    }
                }
            } catch (const Error& error) {
                fail(error);
            }
        }
        if (error_) {
            throw Error(*error_);
        }
        PipelineReport report;
        for (const StageState& state : states_) {
            report.busy_s.push_back(state.busy_s);
        }
        report.first_item_s = first_item_s_;
        return report;
    }

  private:
    void run_worker(std::size_t stage) {
        const std::string& name = stages_[stage].name;
        try {
            work(stage);
        } catch (const Error& error) {
            fail(error);
        } catch (const std::bad_alloc&) {
            fail(Error(ErrorKind::Resource, "out of memory in stage '" + name + "'"));
        } catch (const std::exception& error) {
            fail(Error(ErrorKind::Internal, "stage '" + name + "': " + error.what()));
        } catch (...) {
            fail(Error(ErrorKind::Internal, "stage '" + name + "': unknown exception"));
        }
        StageState& state = states_[stage];
        const std::lock_guard<std::mutex> lock(state.mutex);
        if (--state.num_working == 0 && stage < queues_.size()) {
            queues_[stage]->close();
        }
    }

    void work(std::size_t stage) {
        for (std::int64_t i = 0; stage > 0 || i < num_items_; ++i) {
            stop_.throw_if_stopped();
            FrameItem item;
            item.index = i;
            if (stage > 0) {
                std::optional<FrameItem> received = queues_[stage - 1]->pop();
                if (!received) {
                    return;  // no more items, or an earlier stage failed
                }
                item = std::move(*received);
            }
            const bool is_last = stage == queues_.size();
            if (is_last && item.index == 0) {
                first_item_s_ = clock_.seconds();
            }
            const Stopwatch busy;
            stages_[stage].run(item);
            const double busy_s = busy.seconds();
            if (!pass_on(stage, std::move(item), busy_s)) {
                return;
            }
        }
    }

    /// Passes the item on when its turn has come. False after a failure.
    bool pass_on(std::size_t stage, FrameItem item, double busy_s) {
        StageState& state = states_[stage];
        const std::int64_t index = item.index;
        std::unique_lock<std::mutex> lock(state.mutex);
        state.busy_s += busy_s;
        state.turn_changed.wait(lock, [&] { return state.next_out == index || has_failed_; });
        if (has_failed_) {
            return false;
        }
        // No other thread can be here until the turn advances.
        lock.unlock();
        bool is_open = true;
        if (stage < queues_.size()) {
            const std::size_t num_bytes = item.num_bytes();
            is_open = queues_[stage]->push(std::move(item), num_bytes);
        } else if (progress_) {
            progress_(index + 1, num_items_);
        }
        lock.lock();
        ++state.next_out;
        state.turn_changed.notify_all();
        return is_open;
    }

    /// Keeps the first error and wakes every stage.
    void fail(const Error& error) {
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            if (!error_) {
                error_ = error;
            }
        }
        has_failed_ = true;
        for (const std::unique_ptr<Queue>& queue : queues_) {
            queue->abort();
        }
        for (StageState& state : states_) {
            const std::lock_guard<std::mutex> lock(state.mutex);
            state.turn_changed.notify_all();
        }
    }

    const std::int64_t num_items_;
    const std::vector<Stage>& stages_;
    const core::ProgressFn& progress_;
    const core::StopToken& stop_;
    const Stopwatch clock_;
    std::vector<StageState> states_;
    std::vector<std::unique_ptr<Queue>> queues_;
    double first_item_s_ = 0;
    std::atomic<bool> has_failed_{false};
    std::mutex mutex_;
    std::optional<Error> error_;
};

}  // namespace

std::size_t FrameItem::num_bytes() const {
    return sizeof(*this) + rgb.data.size() + yuv.data.size();
}

PipelineReport run_pipeline(std::int64_t num_items,
                            const std::vector<Stage>& stages,
                            std::size_t queue_bytes,
                            const core::ProgressFn& progress,
                            const core::StopToken& stop) {
    if (stages.empty()) {
        throw Error(ErrorKind::Internal, "pipeline without stages");
    }
    if (stages.front().num_workers != 1 || stages.back().num_workers != 1) {
        throw Error(ErrorKind::Internal, "first and last stage must have one worker");
    }
    return Pipeline(num_items, stages, queue_bytes, progress, stop).run();
}

}  // namespace vasa::render
