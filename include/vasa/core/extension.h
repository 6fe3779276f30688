// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace vasa::core {

/// Extension of a path's last part, with its dot, in lower case (".mp4"); empty if it has none.
/// Cameras and Windows programs write ".MP4".
std::string extension_of(const std::string& path);

}  // namespace vasa::core
