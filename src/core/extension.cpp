// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/extension.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

namespace vasa::core {

std::string extension_of(const std::string& path) {
    std::string text = std::filesystem::path(path).extension().string();
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return text;
}

}  // namespace vasa::core
