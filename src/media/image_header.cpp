// SPDX-License-Identifier: Apache-2.0
#include "image_header.h"

#include "embedded_profile.h"
#include "exif.h"
#include "heif_decode.h"
#include "unsupported_type.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <cstring>

namespace vasa::media {
namespace {

[[noreturn]] void fail(const std::string& cause) {
    throw core::Error(core::ErrorKind::Input, cause);
}

/// Takes over what an EXIF block says.
void apply_exif(const ByteView& block, ImageHeader& header) {
    const ExifFacts facts = read_exif(block);
    header.orientation = facts.orientation;
    header.is_adobe_rgb = facts.is_adobe_rgb;
}

ImageHeader read_png(const ByteView& file) {
    ImageHeader header;
    header.type = ImageType::Png;
    if (!file.starts_with(12, "IHDR") || file.u32(8, true) != 13) {
        fail("damaged PNG header");
    }
    header.width = file.u32(16, true);
    header.height = file.u32(20, true);
    PngColour colour;
    for (std::size_t chunk = 8; file.has(chunk, 12);) {
        const std::size_t size = file.u32(chunk, true);
        if (!file.has(chunk + 12, size)) {
            break;
        }
        if (file.starts_with(chunk + 4, "IEND")) {
            colour.finish(header);
            return header;
        }
        colour.add(file.part(chunk + 4, 4), file.part(chunk + 8, size));
        if (file.starts_with(chunk + 4, "eXIf")) {
            apply_exif(file.part(chunk + 8, size), header);
        }
        chunk += 12 + size;
    }
    fail("truncated PNG: its end chunk is missing");
}

/// First marker at or after `offset` in entropy-coded data; the end if there is none.
std::size_t skip_scan(const ByteView& file, std::size_t offset) {
    for (; file.has(offset, 2); ++offset) {
        const std::uint8_t next = file.u8(offset + 1);
        const bool is_restart = next >= 0xd0 && next <= 0xd7;
        if (file.u8(offset) == 0xff && next != 0 && next != 0xff && !is_restart) {
            return offset;
        }
    }
    return file.size();
}

bool is_start_of_frame(std::uint8_t marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

/// End of the bytes before zeros that fill up a file: they would pass for pixels.
std::size_t without_padding(const ByteView& file, std::size_t end) {
    while (end > 1 && file.u8(end - 1) == 0 && file.u8(end - 2) != 0xff) {
        --end;
    }
    return end;
}

ImageHeader read_jpeg(const ByteView& file) {
    ImageHeader header;
    header.type = ImageType::Jpeg;
    bool has_exif = false;
    bool has_scan = false;
    header.has_end = false;
    JpegProfileParts profile;
    std::size_t offset = 2;
    while (!header.has_end && file.has(offset, 2)) {
        const std::uint8_t marker = file.u8(offset + 1);
        if (file.u8(offset) != 0xff || marker == 0xff) {
            ++offset;  // fill bytes
            continue;
        }
        if (marker == 0xd9) {
            header.has_end = true;
            header.end = offset + 2;
            break;
        }
        if (marker == 0xd8 && has_scan) {
            break;  // another picture behind one without an end marker
        }
        if (marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
            offset += 2;
            continue;
        }
        if (!file.has(offset + 2, 2) || !file.has(offset + 2, file.u16(offset + 2, true))) {
            break;
        }
        const ByteView segment = file.part(offset + 2, file.u16(offset + 2, true));
        if (is_start_of_frame(marker) && header.width == 0) {
            header.height = segment.u16(3, true);
            header.width = segment.u16(5, true);
        } else if (marker == 0xe1 && segment.starts_with(2, "Exif") && !has_exif) {
            apply_exif(segment.part(2, segment.size() - 2), header);
            has_exif = true;
        } else if (marker == 0xe2) {
            profile.add(segment);
        }
        offset += 2 + segment.size();
        if (marker == 0xda) {
            has_scan = true;
            offset = skip_scan(file, offset);
        }
    }
    if (!has_scan && !header.has_end) {
        fail("truncated JPEG: it has no pixels");
    }
    if (header.width == 0) {
        fail("damaged JPEG: no frame header");
    }
    if (!header.has_end) {
        header.end = without_padding(file, std::min(offset, file.size()));
    }
    profile.finish(header);
    return header;
}

void read_webp_size(const ByteView& chunk, const ByteView& type, ImageHeader& header) {
    if (type.starts_with(0, "VP8X")) {
        if (chunk.u8(0) & 0x02) {
            fail("animated WebP, expected a still image");
        }
        header.width = 1 + (chunk.u32(4, false) & 0xffffff);
        header.height = 1 + (chunk.u32(6, false) >> 8);
    } else if (type.starts_with(0, "VP8L") && chunk.u8(0) == 0x2f) {
        const std::uint32_t bits = chunk.u32(1, false);
        header.width = 1 + (bits & 0x3fff);
        header.height = 1 + (bits >> 14 & 0x3fff);
    } else if (type.starts_with(0, "VP8 ") && chunk.u8(3) == 0x9d && chunk.u8(4) == 0x01 &&
               chunk.u8(5) == 0x2a) {
        header.width = chunk.u16(6, false) & 0x3fff;
        header.height = chunk.u16(8, false) & 0x3fff;
    } else {
        fail("damaged WebP header");
    }
}

ImageHeader read_webp(const ByteView& file) {
    ImageHeader header;
    header.type = ImageType::WebP;
    const std::size_t riff_size = file.u32(4, false);
    if (riff_size < 12 || !file.has(8, riff_size)) {
        fail("truncated WebP: " + std::to_string(file.size()) + " bytes of " +
             std::to_string(riff_size + 8));
    }
    const std::size_t end = 8 + riff_size;
    for (std::size_t chunk = 12; chunk + 8 <= end;) {
        const std::size_t size = file.u32(chunk + 4, false);
        const ByteView body = file.part(chunk + 8, size);
        if (chunk == 12) {
            read_webp_size(body, file.part(chunk, 4), header);
        }
        if (file.starts_with(chunk, "EXIF")) {
            apply_exif(body, header);
        } else if (file.starts_with(chunk, "ICCP")) {
            header.profile.assign(body.data(), body.data() + body.size());
        }
        chunk += 8 + size + (size & 1);
    }
    return header;
}

ImageHeader read_tiff(const ByteView& file) {
    const TiffDirectory directory = read_tiff_directory(file);
    if (!directory.pixels_within_file) {
        fail("truncated TIFF: pixels lie outside the file");
    }
    ImageHeader header;
    header.type = ImageType::Tiff;
    header.width = directory.width;
    header.height = directory.height;
    header.orientation = directory.orientation;
    header.orientation_offset = directory.orientation_offset;
    header.extra_sample = directory.extra_sample;
    header.is_adobe_rgb = read_exif(file).is_adobe_rgb;
    constexpr int kSeparated = 5, kCieLab = 8;
    header.is_cmyk = directory.photometric == kSeparated;
    // The decoder converts CIE L*a*b* to sRGB itself.
    if (directory.profile_size > 0 && directory.photometric != kCieLab) {
        if (file.has(directory.profile_offset, directory.profile_size)) {
            const ByteView profile = file.part(directory.profile_offset, directory.profile_size);
            header.profile.assign(profile.data(), profile.data() + profile.size());
        } else {
            header.profile_damage = "outside the file";
        }
    }
    return header;
}

/// Version 5 may hold a profile; its place counts from the header of 14 bytes.
void read_bmp_profile(const ByteView& file, std::uint32_t info_size, ImageHeader& header) {
    constexpr std::size_t kInfo = 14, kSpace = kInfo + 56, kData = kInfo + 112;
    if (info_size < 124 || !file.starts_with(kSpace, "DEBM")) {  // 'MBED', little-endian
        return;
    }
    const std::size_t offset = kInfo + file.u32(kData, false), size = file.u32(kData + 4, false);
    if (!file.has(offset, size)) {
        header.profile_damage = "outside the file";
        return;
    }
    const ByteView profile = file.part(offset, size);
    header.profile.assign(profile.data(), profile.data() + profile.size());
}

ImageHeader read_bmp(const ByteView& file) {
    ImageHeader header;
    header.type = ImageType::Bmp;
    const std::uint32_t info_size = file.u32(14, false);
    const bool is_core = info_size == 12;
    std::int64_t bits_per_pixel = 0;
    std::uint32_t compression = 0;
    if (is_core) {
        header.width = file.u16(18, false);
        header.height = file.u16(20, false);
        bits_per_pixel = file.u16(24, false);
    } else if (info_size >= 40) {
        header.width = static_cast<std::int32_t>(file.u32(18, false));
        const std::int64_t height = static_cast<std::int32_t>(file.u32(22, false));
        header.height = height < 0 ? -height : height;
        bits_per_pixel = file.u16(28, false);
        compression = file.u32(30, false);
    } else {
        fail("damaged BMP header");
    }
    if (bits_per_pixel == 0) {
        fail("damaged BMP header: 0 bits a pixel");
    }
    read_bmp_profile(file, info_size, header);
    const bool is_packed = compression == 0 || compression == 3;  // BI_RGB, BI_BITFIELDS
    const std::int64_t row_bytes = (header.width * bits_per_pixel + 31) / 32 * 4;
    const std::int64_t pixels_at = file.u32(10, false);
    if (is_packed && header.width > 0 && header.height > 0 &&
        (pixels_at > static_cast<std::int64_t>(file.size()) ||
         (static_cast<std::int64_t>(file.size()) - pixels_at) / row_bytes < header.height)) {
        fail("truncated BMP: pixels lie outside the file");
    }
    return header;
}

}  // namespace

bool ByteView::starts_with(std::size_t offset, const char* text) const {
    const std::size_t size = std::strlen(text);
    return has(offset, size) && std::memcmp(data_ + offset, text, size) == 0;
}

void ByteView::require(std::size_t offset, std::size_t count) const {
    if (!has(offset, count)) {
        fail("truncated: " + std::to_string(size_) + " bytes, expected more");
    }
}

std::uint8_t ByteView::u8(std::size_t offset) const {
    require(offset, 1);
    return data_[offset];
}

std::uint16_t ByteView::u16(std::size_t offset, bool big_endian) const {
    require(offset, 2);
    const unsigned first = data_[offset];
    const unsigned second = data_[offset + 1];
    return static_cast<std::uint16_t>(big_endian ? first << 8 | second : second << 8 | first);
}

std::uint32_t ByteView::u32(std::size_t offset, bool big_endian) const {
    const std::uint32_t first = u16(offset, big_endian);
    const std::uint32_t second = u16(offset + 2, big_endian);
    return big_endian ? first << 16 | second : second << 16 | first;
}

ByteView ByteView::part(std::size_t offset, std::size_t count) const {
    require(offset, count);
    return {data_ + offset, count};
}

ImageHeader read_image_header(const std::vector<std::uint8_t>& bytes) {
    const ByteView file(bytes.data(), bytes.size());
    if (bytes.empty()) {
        fail("empty file");
    }
    if (file.starts_with(0, "\x89PNG\r\n\x1a\n")) {
        return read_png(file);
    }
    if (file.starts_with(0, "\xff\xd8\xff")) {
        return read_jpeg(file);
    }
    if (file.starts_with(0, "RIFF") && file.starts_with(8, "WEBP")) {
        return read_webp(file);
    }
    if ((file.starts_with(0, "MM") && file.starts_with(3, "*")) || file.starts_with(0, "II*")) {
        return read_tiff(file);
    }
    if (file.starts_with(0, "BM")) {
        return read_bmp(file);
    }
    if (is_heif(file)) {
        return read_heif_header(bytes);
    }
    fail(name_of_type(file) + ", expected PNG, JPEG, WebP, TIFF" +
         (reads_heif() ? ", BMP, HEIC or AVIF" : " or BMP"));
}

}  // namespace vasa::media
