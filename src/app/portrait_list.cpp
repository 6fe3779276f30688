// SPDX-License-Identifier: Apache-2.0
#include "portrait_list.h"

#include "vasa/core/error.h"
#include "vasa/core/name_list.h"

#include <filesystem>

namespace vasa::app {

std::vector<std::string> chosen_portraits(const std::string& folder,
                                          const std::string& list,
                                          int limit) {
    const std::vector<std::string> names = core::read_name_list(list);
    std::vector<std::string> files;
    for (const std::string& name : names) {
        const auto path = std::filesystem::path(folder) / name;
        if (std::filesystem::exists(path)) {
            files.push_back(path.string());
        }
    }
    if (files.empty()) {
        throw core::Error(core::ErrorKind::Input,
                          "no portrait of '" + list + "' is in '" + folder + "'");
    }
    const std::size_t count = static_cast<std::size_t>(limit);
    if (count == 0 || count >= files.size()) {
        return files;
    }
    std::vector<std::string> chosen;
    for (std::size_t i = 0; i < count; ++i) {
        chosen.push_back(files[i * files.size() / count]);
    }
    return chosen;
}

}  // namespace vasa::app
