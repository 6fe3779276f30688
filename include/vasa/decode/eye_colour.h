// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace vasa::decode {

/// Colour of irises that a portrait does not show, as its eyes are shut.
enum class EyeColour {
    Auto,  ///< that of the other eye where it is open, else brown, which most people have
    Brown,
    Blue,
    Green,
    Grey,
    Hazel,
};

/// "auto", "brown", "blue", "green", "grey" or "hazel"
const char* eye_colour_name(EyeColour colour);

/// @throws Error(Usage) for another name
EyeColour parse_eye_colour(const std::string& name);

}  // namespace vasa::decode
