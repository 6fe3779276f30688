// SPDX-License-Identifier: Apache-2.0
#include "file_hashes.h"

#include "vasa/core/hash.h"

#include <utility>

#include <sys/stat.h>

namespace vasa::render {

std::optional<FileStamp> file_stamp(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        return std::nullopt;
    }
    return FileStamp{
        status.st_size,
        static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1000000000 + status.st_mtim.tv_nsec};
}

std::string FileHashes::sha256(const std::string& path, const FileStamp& stamp) {
    const std::tuple key(path, stamp.num_bytes, stamp.changed_ns);
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        const auto it = known_.find(key);
        if (it != known_.end()) {
            return it->second;
        }
    }
    // Two threads may hash the same file at first; neither waits for the other's slow disk.
    std::string hash = core::sha256_file(path);
    const std::lock_guard<std::mutex> lock(mutex_);
    return known_.emplace(key, std::move(hash)).first->second;
}

}  // namespace vasa::render
