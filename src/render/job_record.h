// SPDX-License-Identifier: Apache-2.0
// What a batch keeps beside its results.
#pragma once

#include "vasa/render/render.h"

#include <string>

namespace vasa::render {

/// Path of the record of a result.
std::string job_record_path(const RenderOptions& options);

/// Writes what a finished result was made from: options, version, models, and its inputs with their
/// size, time of change and SHA-256. @throws Error(Output)
void save_job_record(const RenderOptions& options,
                     const RenderResult& result,
                     const std::string& models_sha256);

/// Whether the result is there and was made from the same. Files whose size and time of change are
/// those of the record are not read again. Never throws: what cannot be read is not the same.
bool is_job_done(const RenderOptions& options, const std::string& models_sha256);

/// The right to make one result, against other processes and other threads. Held by a lock on a
/// file beside it, which ends with the process. What killed processes had begun of the result is
/// removed.
class JobClaim {
  public:
    /// @throws Error(Output) if the lock file cannot be made.
    explicit JobClaim(const RenderOptions& options);
    ~JobClaim();
    JobClaim(const JobClaim&) = delete;
    JobClaim& operator=(const JobClaim&) = delete;

    bool is_held() const { return descriptor_ >= 0; }

  private:
    std::string path_;
    int descriptor_ = -1;
};

}  // namespace vasa::render
