// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>

namespace vasa::render {

/// Distinguishes a changed file from an unchanged one without reading it.
struct FileStamp {
    std::int64_t num_bytes = 0;
    std::int64_t changed_ns = 0;  ///< since 1970

    bool operator==(const FileStamp& other) const {
        return num_bytes == other.num_bytes && changed_ns == other.changed_ns;
    }
    bool operator!=(const FileStamp& other) const { return !(*this == other); }
};

/// Empty if the file does not exist.
std::optional<FileStamp> file_stamp(const std::string& path);

/// SHA-256 of files, each read once while its stamp stays the same. Threads may share one.
class FileHashes {
  public:
    /// Hash of the file with this stamp. @throws Error(Input) if it cannot be read
    std::string sha256(const std::string& path, const FileStamp& stamp);

  private:
    std::mutex mutex_;
    std::map<std::tuple<std::string, std::int64_t, std::int64_t>, std::string> known_;
};

}  // namespace vasa::render
