// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace vasa::app {

/// Speech files in a folder and below, in order of their names.
/// @throws Error(Input) if there are none
std::vector<std::string> find_speech_files(const std::string& folder);

/// At most `count` of them, spread evenly.
std::vector<std::string> spread_files(const std::vector<std::string>& files, std::size_t count);

/// Those whose stems a list names (or does not name).
/// @param list  file of names, one a line, comments after #
/// @throws Error(Input) if the list cannot be read
std::vector<std::string> files_in_list(const std::vector<std::string>& files,
                                       const std::string& list,
                                       bool is_named);

}  // namespace vasa::app
