// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/error.h"
#include "vasa/core/progress.h"
#include "vasa/core/stop_token.h"
#include "vasa/render/render.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace vasa::render {

/// Steps of progress that a job counts.
constexpr std::int64_t kJobSteps = 1000;

/// One render of a list.
struct BatchJob {
    int line = 0;  ///< in the job list, from 1
    RenderOptions options;
    /// Why the line is not a job; its options are then meaningless, except `out` if it was read.
    std::optional<core::Error> error;
};

enum class JobState {
    Done,     ///< rendered now
    Checked,  ///< a dry run found nothing wrong
    Skipped,  ///< done before from the same inputs, options and models
    Claimed,  ///< another process is working on it
    Failed,
};
/// "done", "checked", "skipped", "claimed", "failed"
const char* job_state_name(JobState state);

/// Outcome of a job.
struct JobOutcome {
    int line = 0;
    std::string out;
    JobState state = JobState::Failed;
    RenderResult result;               ///< if the job was rendered
    std::optional<core::Error> error;  ///< if the job failed
};

struct BatchOptions {
    int num_workers = 1;  ///< jobs at a time, 1..256
    /// Assigned to the workers in turn, for jobs whose device is "auto".
    std::vector<std::string> devices;
    /// Skips jobs whose result exists and was made from the same inputs, options and models;
    /// replaces other results.
    bool resume = false;
    bool dry_run = false;  ///< only Session::check()s every job
    std::string model_dir;
    int threads = 0;  ///< as RenderOptions::threads, for all jobs
    /// Called as each job ends, from a worker, one at a time.
    std::function<void(const JobOutcome&)> finished;

    void check() const;  ///< @throws Error(Usage)
};

struct BatchSummary {
    int num_done = 0, num_checked = 0, num_skipped = 0, num_claimed = 0, num_failed = 0;
};

/// Renders many clips: models are loaded once, a portrait is encoded once for all its jobs.
///
/// A job that fails does not stop the others. `<out>.job.json` beside each result records what it
/// was made from. `<out>.lock` exists while a job is rendered: processes that share a list skip
/// each other's jobs, and the lock of a killed process has no effect.
/// @param progress  kJobSteps for each finished job and a part of them for each running one, of
///                  kJobSteps for all jobs except those that needed no work (skipped, claimed,
///                  failed)
/// @throws Error(Model) if the models cannot be used at all, Error(Usage, Resource) for the options
///         or devices, Error(Resource) after the running jobs if a worker cannot be started,
///         Error(Interrupted, Terminated) after the running jobs have been abandoned.
BatchSummary run_batch(const std::vector<BatchJob>& jobs,
                       const BatchOptions& options,
                       const core::ProgressFn& progress = {},
                       const core::StopToken& stop = {});

}  // namespace vasa::render
