// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/error.h"

#include <functional>
#include <string>
#include <vector>

namespace vasa::app {

/// Calls `examine` for each file of `paths`; folders stand for the videos and pictures in them and
/// their folders, in the order of their names. Links to folders are not followed.
/// @param refuse  called for a folder that cannot be read or holds no such file
void for_media_files(
    const std::vector<std::string>& paths,
    const std::function<void(const std::string& file)>& examine,
    const std::function<void(const std::string& folder, const core::Error&)>& refuse);

}  // namespace vasa::app
