// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace vasa::core {

/// Reads a list of names, one per line. Empty lines and trailing spaces are dropped; '#' starts a
/// comment at the start of a line and after a space, otherwise it is part of a name.
/// @throws Error(Input) if the file cannot be read or is larger than 64 MiB.
std::vector<std::string> read_name_list(const std::string& path);

}  // namespace vasa::core
