// SPDX-License-Identifier: Apache-2.0
#include "pipeline.h"

#include "stopwatch.h"

#include "vasa/core/bounded_queue.h"
#include "vasa/core/error.h"

#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

namespace vasa::render {
namespace {

using core::Error;
using core::ErrorKind;
using Queue = core::BoundedQueue<FrameItem>;

class Pipeline {
  public:
    Pipeline(std::int64_t num_items,
             const std::vector<Stage>& stages,
             std::size_t queue_bytes,
             const core::ProgressFn& progress,
             const core::StopToken& stop)
        : num_items_(num_items), stages_(stages), progress_(progress), stop_(stop) {
        report_.busy_s.resize(stages.size());
        for (std::size_t i = 0; i + 1 < stages.size(); ++i) {
            queues_.push_back(std::make_unique<Queue>(queue_bytes));
        }
    }

    PipelineReport run() {
        std::vector<std::thread> threads;
        try {
            for (std::size_t i = 0; i < stages_.size(); ++i) {
                threads.emplace_back([this, i] { run_stage(i); });
            }
        } catch (const std::system_error& error) {
            fail(Error(ErrorKind::Resource, std::string("cannot start a thread: ") + error.what()));
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        if (error_) {
            throw *error_;
        }
        return report_;
    }

  private:
    void run_stage(std::size_t stage) {
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
        if (stage < queues_.size()) {
            queues_[stage]->close();
        }
    }

    void work(std::size_t stage) {
        for (std::int64_t i = 0; i < num_items_; ++i) {
            stop_.throw_if_stopped();
            FrameItem item;
            item.index = i;
            if (stage > 0) {
                std::optional<FrameItem> received = queues_[stage - 1]->pop();
                if (!received) {
                    return;  // an earlier stage failed
                }
                item = std::move(*received);
            }
            const bool is_last = stage == queues_.size();
            if (is_last && i == 0) {
                report_.first_item_s = clock_.seconds();
            }
            const Stopwatch busy;
            stages_[stage].run(item);
            report_.busy_s[stage] += busy.seconds();
            if (!is_last) {
                const std::size_t num_bytes = item.num_bytes();
                if (!queues_[stage]->push(std::move(item), num_bytes)) {
                    return;
                }
            } else if (progress_) {
                progress_(i + 1, num_items_);
            }
        }
    }

    /// Keeps the first error and wakes every stage.
    void fail(const Error& error) {
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            if (!error_) {
                error_ = error;
            }
        }
        for (const std::unique_ptr<Queue>& queue : queues_) {
            queue->abort();
        }
    }

    const std::int64_t num_items_;
    const std::vector<Stage>& stages_;
    const core::ProgressFn& progress_;
    const core::StopToken& stop_;
    const Stopwatch clock_;
    std::vector<std::unique_ptr<Queue>> queues_;
    PipelineReport report_;  // each stage writes its own part
    std::mutex mutex_;
    std::optional<Error> error_;
};

}  // namespace

std::size_t FrameItem::num_bytes() const {
    std::size_t count = sizeof(*this) + rgb.data.size() + yuv.data.size();
    for (const decode::LostPatch& patch : lost) {
        count += patch.records.size() * sizeof(decode::PixelRecord);
    }
    return count;
}

PipelineReport run_pipeline(std::int64_t num_items,
                            const std::vector<Stage>& stages,
                            std::size_t queue_bytes,
                            const core::ProgressFn& progress,
                            const core::StopToken& stop) {
    if (stages.empty()) {
        throw Error(ErrorKind::Internal, "pipeline without stages");
    }
    return Pipeline(num_items, stages, queue_bytes, progress, stop).run();
}

}  // namespace vasa::render
