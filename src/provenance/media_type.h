// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace vasa::provenance {

/// The media type of a file by its first bytes, of those that C2PA knows and this program reads or
/// writes: MP4, MOV, PNG, JPEG, WebP, TIFF, HEIC, AVIF. Empty for others.
/// @throws Error(Input) if it cannot be read
std::string media_type_of(const std::string& path);

}  // namespace vasa::provenance
