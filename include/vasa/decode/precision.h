// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace vasa::decode {

/// Number type that the frame decoder's network computes with.
enum class Precision {
    Auto,  ///< bf16 on processors that have it, fp16 on a GPU, else fp32
    Fp32,
    Bf16,
    Fp16,
};

/// "auto", "fp32", "bf16", "fp16"
const char* precision_name(Precision precision);

/// @throws Error(Usage) for another name
Precision parse_precision(const std::string& name);

}  // namespace vasa::decode
