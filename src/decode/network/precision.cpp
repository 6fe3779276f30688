// SPDX-License-Identifier: Apache-2.0
#include "vasa/decode/precision.h"

#include "vasa/core/error.h"

#include <array>
#include <utility>

namespace vasa::decode {

namespace {

constexpr std::array<std::pair<const char*, Precision>, 4> kNames = {{{"auto", Precision::Auto},
                                                                      {"fp32", Precision::Fp32},
                                                                      {"bf16", Precision::Bf16},
                                                                      {"fp16", Precision::Fp16}}};

}  // namespace

const char* precision_name(Precision precision) {
    for (const auto& [name, known] : kNames) {
        if (precision == known) {
            return name;
        }
    }
    return "auto";
}

Precision parse_precision(const std::string& name) {
    for (const auto& [known, precision] : kNames) {
        if (name == known) {
            return precision;
        }
    }
    throw core::Error(core::ErrorKind::Usage,
                      "precision is '" + name + "', expected auto, fp32, bf16 or fp16");
}

}  // namespace vasa::decode
