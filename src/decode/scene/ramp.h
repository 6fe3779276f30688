// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/smoothstep.h"

namespace vasa::decode {

/// A blend weight that rises smoothly from 0 at `zero_at` to 1 at `one_at`; either may be greater.
struct Ramp {
    float zero_at, one_at;

    float operator()(float value) const { return core::smoothstep(zero_at, one_at, value); }
};

}  // namespace vasa::decode
