// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace vasa::core {

/// Text for the inside of an XML or HTML element or of an attribute in double quotes. Bytes that no
/// XML document may hold, control characters and what is no UTF-8, become '?'.
std::string escape_markup(const std::string& text);

}  // namespace vasa::core
