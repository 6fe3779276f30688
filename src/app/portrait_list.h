// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace vasa::app {

/// Files of the folder that the list names, spread evenly over the list if their number is limited.
/// @param list   file with one name per line, '#' starts a comment
/// @param limit  maximum number of files, 0 = all
/// @throws Error(Input) if the folder has none of them.
std::vector<std::string> chosen_portraits(const std::string& folder,
                                          const std::string& list,
                                          int limit);

}  // namespace vasa::app
