// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace vasa::core {

/// Reads a list of names, one per line. Empty lines and trailing spaces are dropped; '#' starts a
/// comment at the start of a line and after a space, otherwise it is part of a name.
/// @throws Error(Input) if the file cannot be read or is larger than 64 MiB.
std::vector<std::string> read_name_list(const std::string& path);

/// Whether a name is in a list, or is a part of one that is: the list's name, '_' and more
/// ("clip_11" lists "clip_11_shot_0", but not "clip_110").
bool is_listed(const std::vector<std::string>& list, const std::string& name);

}  // namespace vasa::core
