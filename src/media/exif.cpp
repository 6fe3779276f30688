// SPDX-License-Identifier: Apache-2.0
#include "exif.h"

#include "embedded_profile.h"

#include "vasa/core/error.h"

#include <array>
#include <cstddef>

namespace vasa::media {
namespace {

enum Tag : std::uint16_t {
    kInteroperabilityIndex = 0x0001,
    kExifDirectory = 0x8769,
    kColourSpace = 0xa001,
    kInteroperabilityDirectory = 0xa005,
};

/// Offset of an entry's value of up to four bytes; 0 if the directory lacks the tag.
std::size_t find_value(const ByteView& tiff, bool big, std::size_t directory, std::uint16_t tag) {
    const std::uint16_t num_entries = directory == 0 ? 0 : tiff.u16(directory, big);
    for (std::uint16_t i = 0; i < num_entries; ++i) {
        const std::size_t entry = directory + 2 + std::size_t{i} * 12;
        if (tiff.u16(entry, big) == tag) {
            return entry + 8;
        }
    }
    return 0;
}

std::size_t find_directory(const ByteView& tiff, bool big, std::size_t parent, std::uint16_t tag) {
    const std::size_t value = find_value(tiff, big, parent, tag);
    return value == 0 ? 0 : tiff.u32(value, big);
}

bool says_adobe_rgb(const ByteView& tiff) {
    // Not in the standard, but written by some cameras and understood by Windows.
    constexpr std::uint16_t kAdobeRgb = 2;
    const bool big = tiff.starts_with(0, "MM");
    const std::size_t exif = find_directory(tiff, big, tiff.u32(4, big), kExifDirectory);
    const std::size_t space = find_value(tiff, big, exif, kColourSpace);
    if (space != 0 && tiff.u16(space, big) == kAdobeRgb) {
        return true;
    }
    const std::size_t interoperability =
        find_directory(tiff, big, exif, kInteroperabilityDirectory);
    const std::size_t index = find_value(tiff, big, interoperability, kInteroperabilityIndex);
    return index != 0 && tiff.starts_with(index, "R03");
}

}  // namespace

ExifFacts read_exif(ByteView exif) {
    ExifFacts facts;
    try {
        if (exif.starts_with(0, "Exif") && exif.size() >= 6) {
            exif = exif.part(6, exif.size() - 6);
        }
        facts.orientation = read_tiff_directory(exif).orientation;
        facts.is_adobe_rgb = says_adobe_rgb(exif);
    } catch (const core::Error&) {
        // What was read before the damage counts.
    }
    return facts;
}

std::vector<std::uint8_t> adobe_rgb_profile() {
    // Adobe RGB (1998) Color Image Encoding, version 2005-05: 4.3.1.2 and 4.3.4.2.
    constexpr std::array<double, 8> kChromaticities = {
        0.3127, 0.3290, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06};
    constexpr double kGamma = 563.0 / 256;
    return make_rgb_profile(kChromaticities, kGamma);
}

}  // namespace vasa::media
