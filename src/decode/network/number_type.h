// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/decode/precision.h"

#include <c10/core/ScalarType.h>

namespace vasa::decode {

/// Number type that the network computes with on a device.
inline c10::ScalarType choose_type(Precision precision, bool is_cuda) {
    switch (precision) {
        case Precision::Fp32:
            return c10::ScalarType::Float;
        case Precision::Bf16:
            return c10::ScalarType::BFloat16;
        case Precision::Fp16:
            return c10::ScalarType::Half;
        case Precision::Auto:
            break;
    }
    if (is_cuda) {
        return c10::ScalarType::Half;
    }
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512bf16") != 0 ? c10::ScalarType::BFloat16
                                                     : c10::ScalarType::Float;
#else
    return c10::ScalarType::Float;
#endif
}

}  // namespace vasa::decode
