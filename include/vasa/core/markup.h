// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace vasa::core {

/// Escapes text for an XML or HTML element or for an attribute in double quotes. Bytes that XML
/// does not allow (control characters and invalid UTF-8) become '?'.
std::string escape_markup(const std::string& text);

}  // namespace vasa::core
