// SPDX-License-Identifier: Apache-2.0
#include "sound_sizes.h"

#include "image_header.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <string>

namespace vasa::media {
namespace {

/// Larger claims are placeholders: more than an hour of 48 kHz stereo in 24 bits.
constexpr std::int64_t kLeastPlaceholder_bytes = 1'000'000'000;
/// Sizes that count headers, too, or forget padding: at most the length of a header with its lists.
constexpr std::int64_t kHeaderSlack_bytes = 128;
/// A last block that was not written, 21 ms of 48 kHz stereo, if it is no more than 1 % of all.
constexpr std::int64_t kBlockSlack_bytes = 4096;
constexpr std::int64_t kBlockSlackShare = 100;
constexpr std::uint16_t kMpegFormat = 0x50, kMp3Format = 0x55;

std::int64_t u64(const ByteView& view, std::size_t offset, bool big_endian) {
    const std::uint64_t first = view.u32(offset, big_endian);
    const std::uint64_t second = view.u32(offset + 4, big_endian);
    return static_cast<std::int64_t>(big_endian ? first << 32U | second : second << 32U | first);
}

/// Whether a chunk with a printable name that ends within the file lies at an offset.
bool is_chunk(const RangeFile& file, std::int64_t offset, bool big_endian) {
    std::array<std::uint8_t, 8> head{};
    return file.read_all(offset, head) &&
           std::all_of(
               head.begin(), head.begin() + 4, [](std::uint8_t c) { return std::isprint(c); }) &&
           offset + 8 + ByteView(head.data(), 8).u32(4, big_endian) <= file.size();
}

/// Sizes of a file that may contradict each other.
struct SoundSizes {
    std::int64_t file = 0;
    std::int64_t whole = 0;                 ///< of the file by its first chunk
    std::int64_t claimed = 0, present = 0;  ///< bytes of sound
};

void judge(const SoundSizes& sizes, SoundHeader& header) {
    if (sizes.claimed > 0 && sizes.claimed <= sizes.present) {
        return;
    }
    const std::string found = std::to_string(sizes.present) + " bytes of sound";
    const std::string expected = std::to_string(sizes.claimed);
    const std::int64_t missing = sizes.claimed - sizes.present;
    const bool is_placeholder = sizes.claimed <= 0 || sizes.claimed >= kLeastPlaceholder_bytes;
    if (is_placeholder && sizes.present <= 0) {
        return;  // an empty recording
    }
    const bool is_whole =
        sizes.whole <= 8 || sizes.whole == sizes.file || sizes.whole >= kLeastPlaceholder_bytes;
    const bool is_slack = missing <= kHeaderSlack_bytes ||
                          missing <= std::min(kBlockSlack_bytes, sizes.claimed / kBlockSlackShare);
    if (is_placeholder || is_whole || is_slack) {
        header.is_length_wrong = true;
        header.note = found + ", its header says " + expected + "; read to the end of the file";
    } else {
        header.truncated = "truncated: " + found + ", expected " + expected;
    }
}

/// Notes what follows a WAV's sound and is no chunk: another file, perhaps, of another type.
void note_rest(const RangeFile& file,
               std::int64_t offset,
               bool is_big_endian,
               SoundHeader& header) {
    // Padding of tape blocks and disk sectors, and tags of a few programs.
    constexpr std::int64_t kLeastRest_bytes = 8192;
    offset += offset & 1;
    std::array<std::uint8_t, 8> head{};
    while (is_chunk(file, offset, is_big_endian) && file.read_all(offset, head)) {
        const std::int64_t length = ByteView(head.data(), 8).u32(4, is_big_endian);
        offset += 8 + length + (length & 1);
    }
    const std::int64_t rest = file.size() - offset;
    if (rest >= kLeastRest_bytes) {
        header.note = std::to_string(rest) + " bytes follow its sound and are not read";
    }
}

/// What the chunks of a WAV before its sound say.
struct WavStart {
    SoundSizes sizes;
    std::int64_t long_size = -1;  ///< of the sound, in files over 4 GB
};

void read_wav_chunk(const RangeFile& file,
                    std::int64_t offset,
                    const ByteView& head,
                    bool is_big_endian,
                    WavStart& start,
                    SoundHeader& header) {
    if (head.starts_with(0, "ds64")) {
        std::array<std::uint8_t, 16> bytes{};
        if (file.read_all(offset + 8, bytes)) {
            const ByteView longs(bytes.data(), bytes.size());
            start.sizes.whole = u64(longs, 0, false) + 8;
            start.long_size = u64(longs, 8, false);
        }
    } else if (head.starts_with(0, "fmt ")) {
        std::array<std::uint8_t, 2> bytes{};
        if (file.read_all(offset + 8, bytes)) {
            const std::uint16_t tag = ByteView(bytes.data(), 2).u16(0, is_big_endian);
            if (tag == kMpegFormat || tag == kMp3Format) {
                header.reader = SoundHeader::Reader::Libav;
            }
        }
    }
}

/// A number among the lines "name -i value" of a NIST header; -1 if it is not there.
std::int64_t nist_number(const std::string& text, const std::string& name) {
    const std::size_t at = text.find("\n" + name + " -i ");
    if (at == std::string::npos) {
        return -1;
    }
    std::int64_t value = -1;
    const char* const begin = text.data() + at + name.size() + 5;
    std::from_chars(begin, text.data() + text.size(), value);
    return value;
}

}  // namespace

void read_wav_sizes(const RangeFile& file, SoundHeader& header) {
    WavStart start;
    SoundSizes& sizes = start.sizes;
    sizes.file = file.size();
    std::array<std::uint8_t, 8> bytes{};
    if (!file.read_all(0, bytes)) {
        return;
    }
    const ByteView view(bytes.data(), bytes.size());
    const bool is_big_endian = view.starts_with(0, "RIFX");
    sizes.whole = std::int64_t{view.u32(4, is_big_endian)} + 8;
    for (std::int64_t chunk = 12; file.read_all(chunk, bytes);) {
        const std::int64_t length = view.u32(4, is_big_endian);
        if (view.starts_with(0, "data")) {
            sizes.present = sizes.file - chunk - 8;
            sizes.claimed = start.long_size >= 0 ? start.long_size : length;
            // An empty recording may be followed by lists.
            const bool is_empty = sizes.claimed == 0 &&
                                  (sizes.present == 0 || is_chunk(file, chunk + 8, is_big_endian));
            if (!is_empty) {
                judge(sizes, header);
            }
            if (header.is_length_wrong) {
                header.reader = SoundHeader::Reader::Libav;
            } else if (header.truncated.empty() && sizes.claimed > 0) {
                note_rest(file, chunk + 8 + sizes.claimed, is_big_endian, header);
            }
            return;
        }
        read_wav_chunk(file, chunk, view, is_big_endian, start, header);
        chunk += 8 + length + (length & 1);
    }
}

void read_aiff_sizes(const RangeFile& file, SoundHeader& header) {
    constexpr std::int64_t kOffsets_bytes = 8;  // before the samples, counted as sound
    SoundSizes sizes;
    sizes.file = file.size();
    std::array<std::uint8_t, 8> bytes{};
    if (!file.read_all(0, bytes)) {
        return;
    }
    const ByteView view(bytes.data(), bytes.size());
    sizes.whole = std::int64_t{view.u32(4, true)} + 8;
    for (std::int64_t chunk = 12; file.read_all(chunk, bytes);) {
        const std::int64_t length = view.u32(4, true);
        if (view.starts_with(0, "SSND")) {
            const std::int64_t samples = chunk + 8 + kOffsets_bytes;
            sizes.present = std::max<std::int64_t>(0, sizes.file - samples);
            sizes.claimed = std::max<std::int64_t>(0, length - kOffsets_bytes);
            if (sizes.claimed == 0 && (sizes.present == 0 || is_chunk(file, samples, true))) {
                return;
            }
            judge(sizes, header);
            if (header.is_length_wrong && sizes.file - chunk - 8 < UINT32_MAX) {
                // libsndfile takes some placeholders for the length.
                header.repair_offset = chunk + 4;
                header.repaired_size = static_cast<std::uint32_t>(sizes.file - chunk - 8);
            }
            return;
        }
        chunk += 8 + length + (length & 1);
    }
}

void read_caf_sizes(const RangeFile& file, SoundHeader& header) {
    std::array<std::uint8_t, 12> bytes{};
    const ByteView view(bytes.data(), bytes.size());
    for (std::int64_t chunk = 8; file.read_all(chunk, bytes);) {
        const std::int64_t length = u64(view, 4, true);
        const std::int64_t present = file.size() - chunk - 12;
        if (view.starts_with(0, "data")) {
            if (length == -1) {
                header.reader = SoundHeader::Reader::Libav;
                header.is_length_wrong = true;
                header.note = std::to_string(present) +
                              " bytes of sound, whose header does not say how many; read to the "
                              "end of the file";
            } else {
                // The type states no size of the whole.
                judge({file.size(), length + chunk + 12, length, present}, header);
            }
            return;
        }
        if (length < 0 || length > present) {
            return;
        }
        chunk += 12 + length;
    }
}

void read_au_sizes(const RangeFile& file, SoundHeader& header) {
    std::array<std::uint8_t, 12> bytes{};
    if (!file.read_all(0, bytes)) {
        return;
    }
    const ByteView view(bytes.data(), bytes.size());
    const bool is_big_endian = view.starts_with(0, ".snd");
    const std::int64_t begin = view.u32(4, is_big_endian);
    const std::uint32_t length = view.u32(8, is_big_endian);
    // All ones are the type's own word for an unknown length.
    if (begin < file.size() && length != UINT32_MAX) {
        judge({file.size(), begin + length, length, file.size() - begin}, header);
    }
}

void read_wave64_sizes(const RangeFile& file, SoundHeader& header) {
    constexpr std::int64_t kName_bytes = 16, kHead_bytes = 24, kAlignment_bytes = 8;
    std::array<std::uint8_t, kHead_bytes> bytes{};
    if (!file.read_all(0, bytes)) {
        return;
    }
    const ByteView view(bytes.data(), bytes.size());
    const std::int64_t whole = u64(view, kName_bytes, false);
    for (std::int64_t chunk = kHead_bytes + kName_bytes; file.read_all(chunk, bytes);) {
        const std::int64_t length = u64(view, kName_bytes, false);  // with its head
        const std::int64_t present = file.size() - chunk;
        if (view.starts_with(0, "data")) {
            judge({file.size(), whole, length - kHead_bytes, present - kHead_bytes}, header);
            return;
        }
        if (length < kHead_bytes || length > present) {
            return;
        }
        chunk += (length + kAlignment_bytes - 1) / kAlignment_bytes * kAlignment_bytes;
    }
}

void read_nist_sizes(const RangeFile& file, SoundHeader& header) {
    // The type's only version: the text has this length, with blanks at its end.
    constexpr std::int64_t kText_bytes = 1024;
    constexpr std::int64_t kMostChannels = 64, kMostSamples = INT64_MAX / 8 / kMostChannels;
    std::string text(kText_bytes, ' ');
    if (file.read(0, reinterpret_cast<std::uint8_t*>(text.data()), text.size()) != text.size()) {
        return;
    }
    const std::int64_t num_samples = nist_number(text, "sample_count");
    const std::int64_t num_channels = nist_number(text, "channel_count");
    const std::int64_t sample_bytes = nist_number(text, "sample_n_bytes");
    const bool is_sound = num_samples >= 0 && num_samples <= kMostSamples && num_channels > 0 &&
                          num_channels <= kMostChannels && sample_bytes > 0 && sample_bytes <= 8;
    if (is_sound) {
        const std::int64_t claimed = num_samples * num_channels * sample_bytes;
        judge({file.size(), kText_bytes + claimed, claimed, file.size() - kText_bytes}, header);
    }
}

}  // namespace vasa::media
