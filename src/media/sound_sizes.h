// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "range_file.h"
#include "sound_header.h"

namespace vasa::media {

/// Compare the size that an uncompressed file states for its sound with what is there, and fill in
/// `header`. Damaged headers are left to the reader.
void read_wav_sizes(const RangeFile& file, SoundHeader& header);
void read_aiff_sizes(const RangeFile& file, SoundHeader& header);
void read_caf_sizes(const RangeFile& file, SoundHeader& header);
void read_au_sizes(const RangeFile& file, SoundHeader& header);
void read_wave64_sizes(const RangeFile& file, SoundHeader& header);
void read_nist_sizes(const RangeFile& file, SoundHeader& header);

}  // namespace vasa::media
