// SPDX-License-Identifier: Apache-2.0
#include "sound_parts.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <string_view>

namespace vasa::media {
namespace {

/// How a file of each type begins. '?' stands for any byte, '0' for a zero. Eight bytes or more are
/// compared, so that samples are not taken for a header.
constexpr std::string_view kBegins[] = {
    "RIFF????WAVE", "RF64????WAVE", "FORM????AIF", "fLaC?00\"", "caff0?00desc"};
/// The magic words; they hold no placeholders.
constexpr std::size_t kMagicSize = 4;
constexpr std::size_t kBlock_bytes = std::size_t{1} << 20;

bool begins_with(const std::uint8_t* bytes, std::size_t count, std::string_view begin) {
    if (count < begin.size()) {
        return false;
    }
    for (std::size_t i = 0; i < begin.size(); ++i) {
        const auto expected = static_cast<std::uint8_t>(begin[i] == '0' ? '\0' : begin[i]);
        const bool is_any = i >= kMagicSize && begin[i] == '?';
        if (!is_any && bytes[i] != expected) {
            return false;
        }
    }
    return true;
}

/// Appends the places in a block where a file begins.
void find_begins(const std::vector<std::uint8_t>& block,
                 std::size_t count,
                 std::int64_t block_offset,
                 std::string_view begin,
                 std::vector<std::int64_t>& places) {
    const std::uint8_t* const end = block.data() + count;
    for (const std::uint8_t* at = block.data(); at < end; ++at) {
        at = static_cast<const std::uint8_t*>(
            memmem(at, static_cast<std::size_t>(end - at), begin.data(), kMagicSize));
        if (!at) {
            return;
        }
        if (begins_with(at, static_cast<std::size_t>(end - at), begin)) {
            places.push_back(block_offset + (at - block.data()));
        }
    }
}

/// Bytes of the ID3 tag at a file's begin, which some programs write before a FLAC.
std::int64_t leading_tag_size(const std::vector<std::uint8_t>& bytes, std::size_t count) {
    constexpr std::size_t kHead_bytes = 10, kSizeOffset = 6;
    if (count < kHead_bytes || std::memcmp(bytes.data(), "ID3", 3) != 0) {
        return 0;
    }
    std::int64_t size = 0;
    for (std::size_t i = kSizeOffset; i < kHead_bytes; ++i) {
        size = size << 7 | (bytes[i] & 0x7f);
    }
    return size + static_cast<std::int64_t>(kHead_bytes);
}

}  // namespace

std::vector<SoundRange> find_sound_parts(const RangeFile& file) {
    std::vector<std::uint8_t> block(kBlock_bytes);
    std::size_t count = file.read(0, block.data(), block.size());
    const std::int64_t first = leading_tag_size(block, count);
    if (first > 0) {
        count = file.read(first, block.data(), block.size());
    }
    // A FLAC may hold the header of the WAV that it was made of: parts are of one type.
    const auto* const begin =
        std::find_if(std::begin(kBegins), std::end(kBegins), [&](std::string_view candidate) {
            return begins_with(block.data(), count, candidate);
        });
    std::vector<std::int64_t> places;
    for (std::int64_t offset = first; begin != std::end(kBegins) && count >= begin->size();) {
        find_begins(block, count, offset, *begin, places);
        // A begin may lie across two blocks, never whole in both.
        offset += static_cast<std::int64_t>(count - (begin->size() - 1));
        count = file.read(offset, block.data(), block.size());
    }
    if (places.empty()) {
        places.push_back(0);
    }
    std::vector<SoundRange> parts;
    for (std::size_t i = 0; i < places.size(); ++i) {
        parts.push_back({places[i], i + 1 < places.size() ? places[i + 1] : file.size()});
    }
    return parts;
}

}  // namespace vasa::media
