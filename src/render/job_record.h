// SPDX-License-Identifier: Apache-2.0
// Files that a batch keeps beside its results.
#pragma once

#include "file_hashes.h"

#include "vasa/render/render.h"

#include <map>
#include <optional>
#include <string>

namespace vasa::render {

/// Path of the record of a result.
std::string job_record_path(const RenderOptions& options);

/// Stamps of a job's inputs by option ("image", "audio", ...); taken before they are read.
using InputStamps = std::map<std::string, std::optional<FileStamp>>;
InputStamps stamp_inputs(const RenderOptions& options);

/// Writes what a finished result was made from: options, version, models, and its inputs with their
/// stamps and hashes. An input that changed meanwhile is recorded as one that never matches.
/// @param options  the job's own, without the device that a worker added
/// @throws Error(Output)
void save_job_record(const RenderOptions& options,
                     const RenderResult& result,
                     const std::string& models_sha256,
                     const InputStamps& stamps);

/// Whether the result exists and was made from the same inputs, options and models. Files whose
/// stamp matches the record are not read again; others are compared by `hashes`. Never throws:
/// unreadable files count as different.
bool is_job_done(const RenderOptions& options,
                 const std::string& models_sha256,
                 FileHashes& hashes);

/// The exclusive right to make one result, among processes and threads. A lock on a file beside it
/// holds the right and ends with the process. Unfinished files of a killed holder are removed.
class JobClaim {
  public:
    /// @throws Error(Output) if the lock file cannot be made, or its file system has no locks.
    explicit JobClaim(const RenderOptions& options);
    ~JobClaim();
    JobClaim(const JobClaim&) = delete;
    JobClaim& operator=(const JobClaim&) = delete;

    /// Path of the lock file.
    static std::string path(const RenderOptions& options);

    bool is_held() const { return descriptor_ >= 0; }

  private:
    std::string path_;
    int descriptor_ = -1;
};

}  // namespace vasa::render
