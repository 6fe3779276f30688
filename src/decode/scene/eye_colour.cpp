// SPDX-License-Identifier: Apache-2.0
#include "vasa/decode/eye_colour.h"

#include "vasa/core/error.h"

#include <array>
#include <cstddef>

namespace vasa::decode {
namespace {

/// In the order of EyeColour.
constexpr std::array<const char*, 6> kNames = {"auto", "brown", "blue", "green", "grey", "hazel"};

}  // namespace

const char* eye_colour_name(EyeColour colour) {
    return kNames[static_cast<std::size_t>(colour)];
}

EyeColour parse_eye_colour(const std::string& name) {
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (name == kNames[i]) {
            return static_cast<EyeColour>(i);
        }
    }
    throw core::Error(
        core::ErrorKind::Usage,
        "eye colour is '" + name + "', expected auto, brown, blue, green, grey or hazel");
}

}  // namespace vasa::decode
