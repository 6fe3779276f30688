// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/error.h"
#include "vasa/core/safetensors.h"

#include <functional>
#include <map>
#include <string>

namespace vasa::support {

/// A file with these metadata and a tensor of two values.
inline core::SafetensorsWriter file_with(const std::map<std::string, std::string>& metadata) {
    core::SafetensorsWriter writer;
    for (const auto& [key, value] : metadata) {
        writer.set_metadata(key, value);
    }
    writer.add_f32("weight", {2}, {0.5F, -2.0F});
    return writer;
}

inline core::SafetensorsFile parsed(const core::SafetensorsWriter& writer) {
    return core::SafetensorsFile::parse(
        writer.serialize(), "x.safetensors", core::ErrorKind::Model);
}

/// The error that `work` throws.
inline core::Error error_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const core::Error& error) {
        return error;
    }
    return {core::ErrorKind::Internal, "no error"};
}

}  // namespace vasa::support
