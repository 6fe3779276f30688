// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/safetensors.h"
#include "vasa/models/model_version.h"

#include <optional>

namespace vasa::models {

/// The declared kind and version of a safetensors file.
struct FileMarker {
    FileKind kind = FileKind::HeadModel;
    int version = 0;
};

/// Writes the marker of the kind's current version: metadata `kind` and `format_version`.
void write_marker(core::SafetensorsWriter& writer, FileKind kind);

/// The marker of a file, also in the forms of version 1; nothing if the file is not one of the
/// program's own.
std::optional<FileMarker> find_marker(const core::SafetensorsFile& file);

/// Version of a file that must be of a kind.
/// @throws Error(Model) for models and Error(Input) for other files: another kind, no marker, or a
///         version that is not read. For older models the hint names the tool that upgrades them.
int check_marker(const core::SafetensorsFile& file, FileKind kind);

}  // namespace vasa::models
