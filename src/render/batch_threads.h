// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "worker_threads.h"

#include "vasa/render/batch.h"

namespace vasa::render {

/// run_batch() with workers that `starter` starts, for tests of threads that cannot be started.
BatchSummary run_batch(const std::vector<BatchJob>& jobs,
                       const BatchOptions& options,
                       const core::ProgressFn& progress,
                       const core::StopToken& stop,
                       const ThreadStarter& starter);

}  // namespace vasa::render
