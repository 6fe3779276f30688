// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/host_device.h"

namespace vasa::core {

/// 0 up to `low`, 1 from `high`, a smooth cubic in between.
VASA_HOST_DEVICE constexpr float smoothstep(float low, float high, float value) {
    const float share = (value - low) / (high - low);
    const float t = share < 0.0F ? 0.0F : (1.0F < share ? 1.0F : share);
    return t * t * (3.0F - 2.0F * t);
}

}  // namespace vasa::core
