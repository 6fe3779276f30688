// SPDX-License-Identifier: Apache-2.0
#include "media_files.h"

#include "vasa/core/extension.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

namespace vasa::app {
namespace {

namespace fs = std::filesystem;
using core::Error;
using core::ErrorKind;

/// What folders are searched for.
constexpr std::array<const char*, 14> kMediaExtensions = {".mp4",
                                                          ".m4v",
                                                          ".mov",
                                                          ".mkv",
                                                          ".webm",
                                                          ".avi",
                                                          ".png",
                                                          ".jpg",
                                                          ".jpeg",
                                                          ".webp",
                                                          ".tif",
                                                          ".tiff",
                                                          ".heic",
                                                          ".avif"};

bool is_media(const fs::path& path) {
    const std::string extension = core::extension_of(path.string());
    return std::find(kMediaExtensions.begin(), kMediaExtensions.end(), extension) !=
           kMediaExtensions.end();
}

std::vector<std::string> files_in(const std::string& folder) {
    std::vector<std::string> files;
    std::error_code error;
    fs::recursive_directory_iterator at(
        folder, fs::directory_options::skip_permission_denied, error);
    for (const fs::recursive_directory_iterator end; !error && at != end; at.increment(error)) {
        std::error_code ignored;
        if (at->is_regular_file(ignored) && is_media(at->path())) {
            files.push_back(at->path().string());
        }
    }
    if (error) {
        throw Error(ErrorKind::Input, "cannot read folder '" + folder + "': " + error.message());
    }
    if (files.empty()) {
        throw Error(ErrorKind::Input, "folder '" + folder + "' holds no video and no picture");
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

void for_media_files(
    const std::vector<std::string>& paths,
    const std::function<void(const std::string& file)>& examine,
    const std::function<void(const std::string& folder, const core::Error&)>& refuse) {
    for (const std::string& path : paths) {
        std::error_code error;
        if (!fs::is_directory(path, error)) {
            examine(path);
            continue;
        }
        std::vector<std::string> files;
        try {
            files = files_in(path);
        } catch (const Error& problem) {
            refuse(path, problem);
        }
        std::for_each(files.begin(), files.end(), examine);
    }
}

}  // namespace vasa::app
