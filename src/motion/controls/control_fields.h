// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/controls.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vasa::motion {

/// A control as users see it: angles in degrees.
struct ControlField {
    std::string name;
    float least = 0;
    float most = 1;
    float initial = 0;
};

/// In the order of Controls::names().
const std::vector<ControlField>& control_fields();
/// Index into control_fields().
std::optional<std::size_t> find_control(std::string_view name);
/// Reason to refuse a value; empty if it is valid.
std::string refusal_of(const ControlField& field, double value);

}  // namespace vasa::motion
