// SPDX-License-Identifier: Apache-2.0
#include "sound_header.h"

#include "image_header.h"
#include "sound_sizes.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace vasa::media {
namespace {

struct Magic {
    std::size_t offset;
    const char* text;
};
/// Types that libsndfile reads to their exact length; MPEG and Ogg are not among them.
constexpr Magic kSndfileTypes[] = {{8, "WAVE"},
                                   {8, "AIFF"},
                                   {8, "AIFC"},
                                   {8, "8SVX"},
                                   {8, "16SV"},
                                   {0, "fLaC"},
                                   {0, ".snd"},
                                   {0, "dns."},
                                   {0, "caff"},
                                   {0, "riff"},
                                   {0, "Creative Voice File"},
                                   {0, "NIST_1A"},
                                   {0, "PVF1"},
                                   {0, "2BIT"},
                                   {0, " paf"},
                                   {0, "fap "},
                                   {0, "MATLAB"},
                                   {0, "ALawSoundFile"},
                                   {0, "Extended Instrument: "},
                                   {0, "\x64\xa3"}};

/// Ogg pages state their size; the last one of a stream has an end mark.
void read_ogg(const RangeFile& file, SoundHeader& header) {
    constexpr std::int64_t kLargestPage_bytes = 27 + 255 + 255 * 255;
    constexpr std::size_t kFlags = 5, kNumSegments = 26, kSegments = 27;
    constexpr std::uint8_t kEndOfStream = 4;
    std::vector<std::uint8_t> tail(
        static_cast<std::size_t>(std::min(file.size(), kLargestPage_bytes + 4)));
    const auto begin = file.size() - static_cast<std::int64_t>(tail.size());
    if (file.read(begin, tail.data(), tail.size()) != tail.size()) {
        return;
    }
    const ByteView view(tail.data(), tail.size());
    std::size_t page = tail.size();
    while (page > 0 && !view.starts_with(page - 1, "OggS")) {
        --page;
    }
    if (page-- == 0) {
        return;
    }
    std::size_t end = page + kSegments;
    if (view.has(page, kSegments) && view.has(end, tail[page + kNumSegments])) {
        const std::size_t num_segments = tail[page + kNumSegments];
        for (std::size_t i = 0; i < num_segments; ++i) {
            end += std::size_t{1} + tail[page + kSegments + i];
        }
    } else {
        end = tail.size() + 1;
    }
    if (end > tail.size()) {
        header.truncated = "truncated in its last page";
    } else if ((tail[page + kFlags] & kEndOfStream) == 0) {
        header.note = "its last page has no end mark; it may be cut off";
    }
}

}  // namespace

SoundHeader read_sound_header(const RangeFile& file) {
    SoundHeader header;
    std::array<std::uint8_t, 24> head{};
    const ByteView view(head.data(), file.read(0, head.data(), head.size()));
    for (const Magic& magic : kSndfileTypes) {
        if (view.starts_with(magic.offset, magic.text)) {
            header.reader = SoundHeader::Reader::Sndfile;
        }
    }
    if (view.starts_with(0, "OggS")) {
        read_ogg(file, header);
    } else if (view.starts_with(0, "caff")) {
        read_caf_sizes(file, header);
    } else if (view.starts_with(0, "riff")) {
        read_wave64_sizes(file, header);
    } else if (view.starts_with(0, ".snd") || view.starts_with(0, "dns.")) {
        read_au_sizes(file, header);
    } else if (view.starts_with(0, "NIST_1A")) {
        read_nist_sizes(file, header);
    } else if (view.starts_with(8, "WAVE")) {
        read_wav_sizes(file, header);
    } else if (view.starts_with(8, "AIFF") || view.starts_with(8, "AIFC")) {
        read_aiff_sizes(file, header);
    }
    return header;
}

}  // namespace vasa::media
