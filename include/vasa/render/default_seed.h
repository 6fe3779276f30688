// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace vasa::render {

/// The seed of a clip whose options name none. It depends on what the inputs contain and not on
/// their names: clips differ, repeats are equal, on every machine.
/// @param portrait_sha256  FaceCode::source_hash, which a portrait and its face code share; empty
///                         for motion without a face
/// @param speech_sha256    of the sound file; empty for clips without sound
/// @return  below 2^48, so that JSON readers that keep numbers as double represent it exactly
std::uint64_t default_seed(const std::string& portrait_sha256, const std::string& speech_sha256);

}  // namespace vasa::render
