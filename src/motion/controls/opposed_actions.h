// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/head/actions.h"

#include <array>

namespace vasa::motion {

/// Actions that work against each other, left sides: {one, other}.
constexpr std::array<std::array<head::Action, 2>, 3> kOpposed = {
    {{head::Action::EyeWideLeft, head::Action::EyeSquintLeft},
     {head::Action::BrowOuterUpLeft, head::Action::BrowDownLeft},
     {head::Action::MouthSmileLeft, head::Action::MouthFrownLeft}}};

/// Scales opposed actions whose total is above 1 to 1: more than that is no face's.
void limit_opposed(head::Actions& actions);

}  // namespace vasa::motion
