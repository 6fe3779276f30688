// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "range_file.h"
#include "sound_header.h"

#include "vasa/media/audio_file.h"

#include <optional>
#include <string>

namespace vasa::media {

/// Decodes a file with libsndfile, to its end.
/// @param name  of the file, for messages
/// @return      nothing if libsndfile does not know the type
/// @throws Error(Input)
std::optional<AudioClip> decode_with_sndfile(const RangeFile& file,
                                             const SoundHeader& header,
                                             const std::string& name,
                                             const LoadAudioOptions& options);

}  // namespace vasa::media
