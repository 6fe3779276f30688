// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/name_list.h"

#include "vasa/core/atomic_file.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <sstream>

namespace vasa::core {
namespace {

constexpr std::uint64_t kMaxListBytes = std::uint64_t{64} << 20;

bool is_space(char c) {
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}

std::string without_comment(std::string line) {
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '#' && (i == 0 || is_space(line[i - 1]))) {
            line.resize(i);
        }
    }
    while (!line.empty() && is_space(line.back())) {
        line.pop_back();
    }
    return line;
}

}  // namespace

std::vector<std::string> read_name_list(const std::string& path) {
    const std::vector<std::uint8_t> bytes = read_file(path, kMaxListBytes);
    std::istringstream text(std::string(bytes.begin(), bytes.end()));
    std::vector<std::string> names;
    for (std::string line; std::getline(text, line);) {
        line = without_comment(std::move(line));
        if (!line.empty()) {
            names.push_back(std::move(line));
        }
    }
    return names;
}

bool is_listed(const std::vector<std::string>& list, const std::string& name) {
    return std::any_of(list.begin(), list.end(), [&](const std::string& listed) {
        return name.compare(0, listed.size(), listed) == 0 &&
               (name.size() == listed.size() || name[listed.size()] == '_');
    });
}

}  // namespace vasa::core
