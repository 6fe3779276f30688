// SPDX-License-Identifier: Apache-2.0
// What a batch keeps beside its results.
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
/// stamps and hashes. An input that changed meanwhile is written down as one that never fits.
/// @param options  as the job has them: without the device that a worker added
/// @throws Error(Output)
void save_job_record(const RenderOptions& options,
                     const RenderResult& result,
                     const std::string& models_sha256,
                     const InputStamps& stamps);

/// Whether the result is there and was made from the same. Files whose stamp is that of the record
/// are not read again; others by `hashes`. Never throws: what cannot be read is not the same.
bool is_job_done(const RenderOptions& options,
                 const std::string& models_sha256,
                 FileHashes& hashes);

/// The right to make one result, against other processes and other threads. Held by a lock on a
/// file beside it, which ends with the process. What a killed holder left unfinished is removed.
class JobClaim {
  public:
    /// @throws Error(Output) if the lock file cannot be made, or its file system knows no locks.
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
