// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "range_file.h"

#include <vector>

namespace vasa::media {

/// Finds the files that a WAV, AIFF, FLAC or CAF file was joined of byte by byte, by the headers of
/// its own type within it. An ID3 tag before the first belongs to none of them.
///
/// Any other type is a single part, the whole file: libav reads joined streams (MP3, Ogg).
std::vector<SoundRange> find_sound_parts(const RangeFile& file);

}  // namespace vasa::media
