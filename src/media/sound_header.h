// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "range_file.h"

#include <cstdint>
#include <string>

namespace vasa::media {

/// Who reads a sound file, and how far its header is to be trusted.
struct SoundHeader {
    enum class Reader {
        Sndfile,  ///< libsndfile, whose lengths are exact for these types
        Libav,    ///< libav: compressed streams, whose headers only estimate their length
    };
    Reader reader = Reader::Libav;
    /// The header's length is a placeholder or wrong: the sound reaches to the end of the file.
    bool is_length_wrong = false;
    /// Where libsndfile has to see `repaired_size`, big-endian, in place of what the file holds;
    /// -1 if nowhere.
    std::int64_t repair_offset = -1;
    std::uint32_t repaired_size = 0;
    std::string note;       ///< what is odd about it, for a warning; empty if nothing is
    std::string truncated;  ///< why the file counts as truncated; empty if it does not
};

/// Reads the first bytes, the sizes of WAV, AIFF, CAF, AU, Wave64 and NIST, the last page of Ogg.
///
/// A size is a placeholder if it is 0, or too large to be meant (programs that write to a pipe
/// leave 2 or 4 GB). It is wrong if it disagrees with the size of the whole, or if hardly anything
/// is missing. Any other file that is shorter than its header says is truncated.
SoundHeader read_sound_header(const RangeFile& file);

}  // namespace vasa::media
