// SPDX-License-Identifier: Apache-2.0
#include "vasa/render/batch.h"

#include "batch_threads.h"
#include "job_record.h"

#include "vasa/core/hash.h"
#include "vasa/render/session.h"
#ifdef VASA_WITH_TORCH
#include "vasa/tensor/device.h"
#endif

#include <algorithm>
#include <atomic>
#include <exception>
#include <filesystem>
#include <map>
#include <mutex>
#include <new>
#include <set>

namespace vasa::render {
namespace {

namespace fs = std::filesystem;
using core::Error;
using core::ErrorKind;

constexpr int kMaxWorkers = 256;

std::string hash_of(const std::vector<models::ModelFile>& models) {
    std::string text;
    for (const models::ModelFile& model : models) {
        text += model.name + ":" + model.sha256 + "\n";
    }
    return core::sha256_text(text);
}

/// The jobs of one run and their workers.
class Batch {
  public:
    Batch(const std::vector<BatchJob>& jobs,
          const BatchOptions& options,
          const core::ProgressFn& progress,
          const core::StopToken& stop)
        : jobs_(jobs),
          options_(options),
          progress_(progress),
          stop_(stop),
          cache_(std::make_shared<RenderCache>(options.model_dir)),
          models_sha256_(hash_of(cache_->models())),
          steps_(static_cast<std::size_t>(options.num_workers)) {
        std::map<std::string, int> first_lines;
        for (const BatchJob& job : jobs_) {
            int earlier = 0;
            if (!job.options.out.empty()) {
                const auto [it, is_new] = first_lines.emplace(
                    fs::absolute(job.options.out).lexically_normal().string(), job.line);
                earlier = is_new ? 0 : it->second;
            }
            same_as_.push_back(earlier);
        }
    }

    BatchSummary run(const ThreadStarter& starter) {
        try {
            WorkerThreads workers(starter);
            const int count = std::min(options_.num_workers, static_cast<int>(jobs_.size()));
            for (int i = 0; i < count; ++i) {
                workers.start([this, i] { work(i); });
            }
        } catch (...) {
            fail();
        }
        if (failure_) {
            std::rethrow_exception(failure_);
        }
        stop_.throw_if_stopped();
        return summary_;
    }

  private:
    void work(int worker) {
        try {
            Session session(cache_);
            for (;;) {
                const std::size_t index = next_.fetch_add(1);
                if (index >= jobs_.size() || stop_.stop_requested() || has_failed_) {
                    return;
                }
                const JobOutcome outcome = do_job(index, worker, session);
                if (stop_.stop_requested() && outcome.state == JobState::Failed) {
                    return;  // abandoned, not failed
                }
                end_job(outcome, worker);
            }
        } catch (...) {
            fail();
        }
    }

    /// Ends the batch, after the running jobs, with the exception being handled.
    void fail() {
        const std::lock_guard<std::mutex> lock(mutex_);
        has_failed_ = true;
        failure_ = failure_ ? failure_ : std::current_exception();
    }

    JobOutcome do_job(std::size_t index, int worker, Session& session) {
        const BatchJob& job = jobs_[index];
        JobOutcome outcome;
        outcome.line = job.line;
        outcome.out = job.options.out;
        try {
            if (job.error) {
                throw Error(*job.error);
            }
            if (same_as_[index] > 0) {
                throw Error(ErrorKind::Usage,
                            "output '" + job.options.out + "' is also that of line " +
                                std::to_string(same_as_[index]));
            }
            RenderOptions options = job.options;
            options.model_dir = options_.model_dir;
            options.threads = options_.threads;
            options.force = options.force || options_.resume;
            options.check();
            outcome.state = do_checked(options, worker, session, outcome.result);
        } catch (const Error& error) {
            outcome.error = error;
        } catch (const std::bad_alloc&) {
            outcome.error = Error(ErrorKind::Resource, "out of memory");
        } catch (const std::exception& error) {
            outcome.error = Error(ErrorKind::Internal, std::string("unexpected: ") + error.what());
        }
        return outcome;
    }

    JobState do_checked(const RenderOptions& options,
                        int worker,
                        Session& session,
                        RenderResult& result) {
        if (is_done(options)) {
            return JobState::Skipped;
        }
        // The device chosen here is not part of the request: the job's record must not contain it.
        RenderOptions here = options;
        if (!options_.devices.empty() && here.drive.device == "auto") {
            here.drive.device =
                options_.devices[static_cast<std::size_t>(worker) % options_.devices.size()];
        }
        if (options_.dry_run) {
            session.check(here);
            return JobState::Checked;
        }
        const JobClaim claim(options);
        if (!claim.is_held()) {
            return JobState::Claimed;
        }
        // Another process may have finished it between the check and the claim.
        if (is_done(options)) {
            return JobState::Skipped;
        }
        const InputStamps stamps = stamp_inputs(options);
        result = session.render(
            here,
            [&](std::int64_t done, std::int64_t total) {
                show_progress(worker, kJobSteps * done / std::max<std::int64_t>(total, 1));
            },
            stop_);
        save_job_record(options, result, models_sha256_, stamps);
        return JobState::Done;
    }

    bool is_done(const RenderOptions& options) {
        if (!options_.resume || !is_job_done(options, models_sha256_, hashes_)) {
            return false;
        }
        if (!options_.dry_run && fs::exists(JobClaim::path(options))) {
            const JobClaim left_by_a_killed(options);  // its destructor removes the lock file
        }
        return true;
    }

    void show_progress(int worker, std::int64_t steps) {
        const std::lock_guard<std::mutex> lock(mutex_);
        steps_[static_cast<std::size_t>(worker)] = steps;
        report();
    }

    void end_job(const JobOutcome& outcome, int worker) {
        const std::lock_guard<std::mutex> lock(mutex_);
        const bool is_work = outcome.state == JobState::Done || outcome.state == JobState::Checked;
        ++(is_work ? num_worked_ : num_passed_);
        steps_[static_cast<std::size_t>(worker)] = 0;
        switch (outcome.state) {
            case JobState::Done:
                ++summary_.num_done;
                break;
            case JobState::Checked:
                ++summary_.num_checked;
                break;
            case JobState::Skipped:
                ++summary_.num_skipped;
                break;
            case JobState::Claimed:
                ++summary_.num_claimed;
                break;
            case JobState::Failed:
                ++summary_.num_failed;
                break;
        }
        if (options_.finished) {
            options_.finished(outcome);
        }
        report();
    }

    /// Call with the lock held.
    void report() const {
        if (!progress_) {
            return;
        }
        std::int64_t done = num_worked_ * kJobSteps;
        for (const std::int64_t steps : steps_) {
            done += steps;
        }
        progress_(done, (static_cast<std::int64_t>(jobs_.size()) - num_passed_) * kJobSteps);
    }

    const std::vector<BatchJob>& jobs_;
    const BatchOptions& options_;
    const core::ProgressFn& progress_;
    const core::StopToken& stop_;
    std::shared_ptr<RenderCache> cache_;
    std::string models_sha256_;
    FileHashes hashes_;
    std::vector<int> same_as_;  ///< line of an earlier job with the same output, 0 = none
    std::atomic<std::size_t> next_{0};
    std::atomic<bool> has_failed_{false};
    std::mutex mutex_;
    std::vector<std::int64_t> steps_;  ///< of the running job, by worker
    std::int64_t num_worked_ = 0;
    std::int64_t num_passed_ = 0;  ///< jobs that needed no work: skipped, claimed, failed
    BatchSummary summary_;
    std::exception_ptr failure_;
};

#ifdef VASA_WITH_TORCH
/// Torch must load its CUDA part before the first network runs, whatever that network's device is.
/// @param for_auto  BatchOptions::devices
void load_gpus_of(const std::vector<BatchJob>& jobs, const std::vector<std::string>& for_auto) {
    std::set<std::string> devices;
    for (const BatchJob& job : jobs) {
        const bool is_given = for_auto.empty() || job.options.drive.device != "auto";
        if (!job.error && is_given) {
            devices.insert(job.options.drive.device);
        }
    }
    for (const std::string& device : devices) {
        try {
            tensor::choose_device(device);
        } catch (const Error&) {
            // The job reports this error itself when it runs.
        }
    }
}
#endif

}  // namespace

const char* job_state_name(JobState state) {
    switch (state) {
        case JobState::Done:
            return "done";
        case JobState::Checked:
            return "checked";
        case JobState::Skipped:
            return "skipped";
        case JobState::Claimed:
            return "claimed";
        case JobState::Failed:
            break;
    }
    return "failed";
}

void BatchOptions::check() const {
    if (num_workers < 1 || num_workers > kMaxWorkers) {
        throw Error(ErrorKind::Usage,
                    "jobs at a time is " + std::to_string(num_workers) + ", expected 1 to " +
                        std::to_string(kMaxWorkers));
    }
}

BatchSummary run_batch(const std::vector<BatchJob>& jobs,
                       const BatchOptions& options,
                       const core::ProgressFn& progress,
                       const core::StopToken& stop,
                       const ThreadStarter& starter) {
    options.check();
#ifdef VASA_WITH_TORCH
    for (const std::string& device : options.devices) {
        tensor::choose_device(device);
    }
    load_gpus_of(jobs, options.devices);
#endif
    return Batch(jobs, options, progress, stop).run(starter);
}

BatchSummary run_batch(const std::vector<BatchJob>& jobs,
                       const BatchOptions& options,
                       const core::ProgressFn& progress,
                       const core::StopToken& stop) {
    return run_batch(jobs, options, progress, stop, ThreadStarter());
}

}  // namespace vasa::render
