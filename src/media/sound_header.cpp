// SPDX-License-Identifier: Apache-2.0
#include "sound_header.h"

#include "image_header.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

namespace vasa::media {
namespace {

using FilePtr = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

/// Larger claims are placeholders: more than an hour of 48 kHz stereo in 24 bits.
constexpr std::int64_t kLeastPlaceholder_bytes = 1'000'000'000;
/// Sizes that count headers, too, or forget padding: at most the length of a header with its lists.
constexpr std::int64_t kHeaderSlack_bytes = 128;
/// A last block that was not written, 21 ms of 48 kHz stereo, if it is no more than 1 % of all.
constexpr std::int64_t kBlockSlack_bytes = 4096;
constexpr std::int64_t kBlockSlackShare = 100;
constexpr std::uint16_t kMpegFormat = 0x50, kMp3Format = 0x55;

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

std::int64_t size_of(std::FILE* file) {
    return std::fseek(file, 0, SEEK_END) == 0 ? std::ftell(file) : 0;
}

template <std::size_t N>
bool read_at(std::FILE* file, std::int64_t offset, std::array<std::uint8_t, N>& bytes) {
    return std::fseek(file, offset, SEEK_SET) == 0 && std::fread(bytes.data(), 1, N, file) == N;
}

bool is_chunk(std::FILE* file, std::int64_t offset, std::int64_t file_size) {
    std::array<std::uint8_t, 8> head{};
    return read_at(file, offset, head) &&
           std::all_of(
               head.begin(), head.begin() + 4, [](std::uint8_t c) { return std::isprint(c); }) &&
           offset + 8 + ByteView(head.data(), 8).u32(4, false) <= file_size;
}

/// Sizes of a WAV file that may contradict each other.
struct WavSizes {
    std::int64_t file = 0;
    std::int64_t riff = 0;                  ///< end of the file by its first chunk
    std::int64_t claimed = 0, present = 0;  ///< bytes of sound
};

void judge(const WavSizes& sizes, SoundHeader& header) {
    const std::string found = std::to_string(sizes.present) + " bytes of sound";
    const std::string expected = std::to_string(sizes.claimed);
    const std::int64_t missing = sizes.claimed - sizes.present;
    const bool is_placeholder = sizes.claimed == 0 || sizes.claimed >= kLeastPlaceholder_bytes;
    const bool is_whole =
        sizes.riff <= 8 || sizes.riff == sizes.file || sizes.riff >= kLeastPlaceholder_bytes;
    const bool is_slack = missing <= kHeaderSlack_bytes ||
                          missing <= std::min(kBlockSlack_bytes, sizes.claimed / kBlockSlackShare);
    if (is_placeholder || is_whole || is_slack) {
        header.is_length_wrong = true;
        header.reader = SoundHeader::Reader::Libav;
        header.note = found + ", its header says " + expected + "; read to the end of the file";
    } else {
        header.truncated = "truncated: " + found + ", expected " + expected;
    }
}

/// Walks the chunks of a WAV file up to its sound.
void read_wav(std::FILE* file, SoundHeader& header) {
    WavSizes sizes;
    sizes.file = size_of(file);
    std::array<std::uint8_t, 8> bytes{};
    if (!read_at(file, 0, bytes)) {
        return;
    }
    const ByteView view(bytes.data(), bytes.size());
    const bool is_big_endian = view.starts_with(0, "RIFX");
    sizes.riff = std::int64_t{view.u32(4, is_big_endian)} + 8;
    std::int64_t long_size = -1;  // of the sound, in files over 4 GB
    for (std::int64_t chunk = 12; chunk + 8 <= sizes.file;) {
        if (!read_at(file, chunk, bytes)) {
            return;
        }
        std::int64_t length = view.u32(4, is_big_endian);
        const bool is_sound = view.starts_with(0, "data");
        if (view.starts_with(0, "ds64")) {
            std::array<std::uint8_t, 16> sizes64{};
            if (read_at(file, chunk + 8, sizes64)) {
                const ByteView longs(sizes64.data(), sizes64.size());
                long_size = static_cast<std::int64_t>(std::uint64_t{longs.u32(8, false)} |
                                                      std::uint64_t{longs.u32(12, false)} << 32U);
            }
        } else if (view.starts_with(0, "fmt ")) {
            std::array<std::uint8_t, 2> format{};
            if (read_at(file, chunk + 8, format)) {
                const std::uint16_t tag = ByteView(format.data(), 2).u16(0, is_big_endian);
                if (tag == kMpegFormat || tag == kMp3Format) {
                    header.reader = SoundHeader::Reader::Libav;
                }
            }
        }
        if (is_sound) {
            sizes.present = sizes.file - chunk - 8;
            sizes.claimed = long_size >= 0 ? long_size : length;
            // An empty recording may be followed by lists.
            const bool is_empty =
                sizes.claimed == 0 && (sizes.present == 0 || is_chunk(file, chunk + 8, sizes.file));
            if (!is_empty && (sizes.claimed == 0 || sizes.claimed > sizes.present)) {
                judge(sizes, header);
            }
            std::array<std::uint8_t, 12> behind{};
            if (read_at(file, chunk + 8 + sizes.claimed + (sizes.claimed & 1), behind) &&
                ByteView(behind.data(), 12).starts_with(8, "WAVE")) {
                header.note = "another WAV follows in the same file, which is not read";
            }
            return;
        }
        chunk += 8 + length + (length & 1);
    }
}

/// Walks the chunks of a CAF file up to its sound, whose size may be -1: not known when written.
void read_caf(std::FILE* file, SoundHeader& header) {
    const std::int64_t file_size = size_of(file);
    std::array<std::uint8_t, 12> bytes{};
    const ByteView view(bytes.data(), bytes.size());
    for (std::int64_t chunk = 8; read_at(file, chunk, bytes);) {
        const std::uint32_t high = view.u32(4, true);
        const std::uint32_t low = view.u32(8, true);
        if (view.starts_with(0, "data")) {
            if (high == UINT32_MAX && low == UINT32_MAX) {
                header.reader = SoundHeader::Reader::Libav;
                header.is_length_wrong = true;
                header.note = std::to_string(file_size - chunk - 12) +
                              " bytes of sound, whose header does not say how many; read to the "
                              "end of the file";
            }
            return;
        }
        if (high != 0) {
            return;
        }
        chunk += 12 + std::int64_t{low};
    }
}

/// Ogg pages state their size; the last one of a stream has an end mark.
void read_ogg(std::FILE* file, SoundHeader& header) {
    constexpr std::int64_t kLargestPage_bytes = 27 + 255 + 255 * 255;
    constexpr std::size_t kFlags = 5, kNumSegments = 26, kSegments = 27;
    constexpr std::uint8_t kEndOfStream = 4;
    const std::int64_t file_size = size_of(file);
    std::vector<std::uint8_t> tail(
        static_cast<std::size_t>(std::min(file_size, kLargestPage_bytes + 4)));
    if (std::fseek(file, static_cast<long>(-static_cast<std::int64_t>(tail.size())), SEEK_END) !=
            0 ||
        std::fread(tail.data(), 1, tail.size(), file) != tail.size()) {
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

SoundHeader read_sound_header(const std::string& path) {
    SoundHeader header;
    const FilePtr file(std::fopen(path.c_str(), "rbe"), std::fclose);
    std::array<std::uint8_t, 24> head{};
    if (!file) {
        return header;
    }
    const std::size_t count = std::fread(head.data(), 1, head.size(), file.get());
    const ByteView view(head.data(), count);
    for (const Magic& magic : kSndfileTypes) {
        if (view.starts_with(magic.offset, magic.text)) {
            header.reader = SoundHeader::Reader::Sndfile;
        }
    }
    if (view.starts_with(8, "WAVE") && !view.starts_with(0, "riff")) {
        read_wav(file.get(), header);
    } else if (view.starts_with(0, "OggS")) {
        read_ogg(file.get(), header);
    } else if (view.starts_with(0, "caff")) {
        read_caf(file.get(), header);
    }
    return header;
}

}  // namespace vasa::media
