// SPDX-License-Identifier: Apache-2.0
#include "image_header.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <string>

namespace vasa::media {
namespace {

enum Tag : std::uint16_t {
    kImageWidth = 256,
    kImageLength = 257,
    kPhotometric = 262,
    kStripOffsets = 273,
    kOrientation = 274,
    kStripByteCounts = 279,
    kTileOffsets = 324,
    kTileByteCounts = 325,
    kExtraSamples = 338,
    kIccProfile = 34675,
};

constexpr std::uint16_t kShort = 3;
constexpr std::uint16_t kLong = 4;
constexpr std::uint16_t kUndefined = 7;

/// One entry whose values are 16- or 32-bit numbers.
struct Field {
    std::uint16_t type = 0;
    std::uint32_t count = 0;
    std::size_t offset = 0;  ///< of the first value

    std::size_t value_size() const { return type == kShort ? 2 : 4; }
};

std::uint32_t value_at(const ByteView& tiff, bool big, const Field& field, std::uint32_t i) {
    const std::size_t offset = field.offset + std::size_t{i} * field.value_size();
    return field.type == kShort ? tiff.u16(offset, big) : tiff.u32(offset, big);
}

/// Notes where the ICC profile lies.
void note_profile(const ByteView& tiff, bool big, std::size_t entry, TiffDirectory& directory) {
    const std::uint16_t type = tiff.u16(entry + 2, big);
    // Bytes are stored under either type.
    if (type == kUndefined || type == 1) {
        directory.profile_size = tiff.u32(entry + 4, big);
        directory.profile_offset = tiff.u32(entry + 8, big);
    }
}

/// @return false if the entry does not hold 16- or 32-bit numbers
bool read_field(const ByteView& tiff, bool big, std::size_t entry, Field& field) {
    field.type = tiff.u16(entry + 2, big);
    field.count = tiff.u32(entry + 4, big);
    if ((field.type != kShort && field.type != kLong) || field.count == 0) {
        return false;
    }
    const bool is_inside = std::size_t{field.count} * field.value_size() <= 4;
    field.offset = is_inside ? entry + 8 : tiff.u32(entry + 8, big);
    return true;
}

bool within_file(const ByteView& tiff, bool big, const Field& offsets, const Field& counts) {
    const std::uint32_t num_parts = std::min(offsets.count, counts.count);
    if (!tiff.has(offsets.offset, num_parts * offsets.value_size()) ||
        !tiff.has(counts.offset, num_parts * counts.value_size())) {
        return false;
    }
    for (std::uint32_t i = 0; i < num_parts; ++i) {
        if (!tiff.has(value_at(tiff, big, offsets, i), value_at(tiff, big, counts, i))) {
            return false;
        }
    }
    return true;
}

}  // namespace

TiffDirectory read_tiff_directory(const ByteView& tiff) {
    const bool big = tiff.starts_with(0, "MM");
    if ((!big && !tiff.starts_with(0, "II")) || tiff.u16(2, big) != 42) {
        throw core::Error(core::ErrorKind::Input, "damaged TIFF header");
    }
    TiffDirectory directory;
    Field offsets;
    Field counts;
    const std::size_t begin = tiff.u32(4, big);
    const std::uint16_t num_entries = tiff.u16(begin, big);
    for (std::uint16_t i = 0; i < num_entries; ++i) {
        const std::size_t entry = begin + 2 + std::size_t{i} * 12;
        Field field;
        const std::uint16_t tag = tiff.u16(entry, big);
        if (tag == kIccProfile) {
            note_profile(tiff, big, entry, directory);
        }
        if (!read_field(tiff, big, entry, field)) {
            continue;
        }
        if (tag == kImageWidth) {
            directory.width = value_at(tiff, big, field, 0);
        } else if (tag == kImageLength) {
            directory.height = value_at(tiff, big, field, 0);
        } else if (tag == kOrientation && field.type == kShort && field.count == 1) {
            const std::uint32_t value = value_at(tiff, big, field, 0);
            directory.orientation = value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
            directory.orientation_offset = field.offset;
        } else if (tag == kPhotometric) {
            directory.photometric = static_cast<int>(value_at(tiff, big, field, 0));
        } else if (tag == kExtraSamples) {
            directory.extra_sample = static_cast<int>(value_at(tiff, big, field, 0) & 0xff);
        } else if (tag == kStripOffsets || tag == kTileOffsets) {
            offsets = field;
        } else if (tag == kStripByteCounts || tag == kTileByteCounts) {
            counts = field;
        }
    }
    directory.pixels_within_file = within_file(tiff, big, offsets, counts);
    return directory;
}

}  // namespace vasa::media
