// SPDX-License-Identifier: Apache-2.0
#include "speech_files.h"

#include "vasa/core/error.h"
#include "vasa/core/extension.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace vasa::app {

std::vector<std::string> find_speech_files(const std::string& folder) {
    std::vector<std::string> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error)) {
        const std::string extension = core::extension_of(entry.path().string());
        if (entry.is_regular_file() && (extension == ".mp3" || extension == ".opus" ||
                                        extension == ".wav" || extension == ".flac")) {
            files.push_back(entry.path().string());
        }
    }
    if (error || files.empty()) {
        throw core::Error(core::ErrorKind::Input, "no speech files in '" + folder + "'");
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<std::string> spread_files(const std::vector<std::string>& files, std::size_t count) {
    std::vector<std::string> chosen;
    const std::size_t step = std::max<std::size_t>(1, files.size() / count);
    for (std::size_t i = 0; i < files.size() && chosen.size() < count; i += step) {
        chosen.push_back(files[i]);
    }
    return chosen;
}

std::vector<std::string> files_in_list(const std::vector<std::string>& files,
                                       const std::string& list,
                                       bool is_named) {
    std::ifstream stream(list);
    if (!stream) {
        throw core::Error(core::ErrorKind::Input, "cannot read list '" + list + "'");
    }
    std::set<std::string> names;
    for (std::string line; std::getline(stream, line);) {
        if (!line.empty() && line[0] != '#') {
            names.insert(line);
        }
    }
    std::vector<std::string> chosen;
    std::copy_if(files.begin(), files.end(), std::back_inserter(chosen), [&](const auto& file) {
        return (names.count(std::filesystem::path(file).stem()) != 0) == is_named;
    });
    return chosen;
}

}  // namespace vasa::app
