// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/safetensors.h"

#include <optional>
#include <string>
#include <vector>

namespace vasa::train {

/// Starts a checkpoint that is marked with this training and network.
/// @param training  "motion", "decoder", "sync"
/// @param config    of the network, JSON
core::SafetensorsWriter begin_checkpoint(const std::string& training, const std::string& config);

/// The checkpoint at a path; nothing if there is no such file.
/// @throws Error(Input) if it is damaged, of another format version, of another training, or of a
///         network of another configuration.
std::optional<core::SafetensorsFile> open_checkpoint(const std::string& path,
                                                     const std::string& training,
                                                     const std::string& config);

/// An integer from a checkpoint's metadata, at least 0. @throws Error(Input)
int checkpoint_count(const core::SafetensorsFile& file, const std::string& key);

/// Numbers for a checkpoint's metadata, without loss of precision.
std::string exact_text(const std::vector<double>& values);
/// @throws Error(Input) unless there are `count` of them.
std::vector<double> checkpoint_numbers(const core::SafetensorsFile& file,
                                       const std::string& key,
                                       std::size_t count);

}  // namespace vasa::train
