// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

// Writers of uncompressed image files: the test controls every field.

using Bytes = std::vector<std::uint8_t>;

inline void append(Bytes& bytes, const Bytes& more) {
    for (const std::uint8_t byte : more) {
        bytes.push_back(byte);
    }
}
inline void append(Bytes& bytes, const std::string& text) {
    for (const char c : text) {
        bytes.push_back(static_cast<std::uint8_t>(c));
    }
}
inline void append_number(Bytes& bytes, std::uint64_t value, int num_bytes, bool big_endian) {
    for (int i = 0; i < num_bytes; ++i) {
        const int shift = 8 * (big_endian ? num_bytes - 1 - i : i);
        bytes.push_back(static_cast<std::uint8_t>(value >> shift));
    }
}

inline Bytes from_hex(const std::string& text) {
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        bytes.push_back(static_cast<std::uint8_t>(std::stoi(text.substr(i, 2), nullptr, 16)));
    }
    return bytes;
}

inline void write_bytes(const std::string& path, const Bytes& bytes) {
    // Some file systems flush a truncated and rewritten file to disk.
    std::remove(path.c_str());
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<long>(bytes.size()));
}

/// A TIFF directory with an orientation and nothing else, as in EXIF blocks.
inline Bytes exif_block(int orientation, bool big_endian) {
    Bytes bytes;
    append(bytes, std::string(big_endian ? "MM" : "II"));
    append_number(bytes, 42, 2, big_endian);
    append_number(bytes, 8, 4, big_endian);
    append_number(bytes, 1, 2, big_endian);
    append_number(bytes, 0x112, 2, big_endian);
    append_number(bytes, 3, 2, big_endian);
    append_number(bytes, 1, 4, big_endian);
    append_number(bytes, static_cast<std::uint64_t>(orientation), 2, big_endian);
    append_number(bytes, 0, 2, big_endian);
    append_number(bytes, 0, 4, big_endian);
    return bytes;
}

/// The block of a camera: a colour space and an interoperability index, empty for none.
inline Bytes exif_of_camera(int colour_space, const std::string& index, bool big_endian) {
    Bytes bytes;
    append(bytes, std::string(big_endian ? "MM" : "II"));
    append_number(bytes, 42, 2, big_endian);
    append_number(bytes, 8, 4, big_endian);
    // Each directory is followed by the one that its last entry points to.
    const auto begin_directory = [&](int num_entries) {
        append_number(bytes, static_cast<std::uint64_t>(num_entries), 2, big_endian);
        return bytes.size() + 12 * static_cast<std::size_t>(num_entries) + 4;
    };
    const auto add_number = [&](int tag, int type, std::uint64_t value) {
        append_number(bytes, static_cast<std::uint64_t>(tag), 2, big_endian);
        append_number(bytes, static_cast<std::uint64_t>(type), 2, big_endian);
        append_number(bytes, 1, 4, big_endian);
        append_number(bytes, value, type == 3 ? 2 : 4, big_endian);
        append_number(bytes, 0, type == 3 ? 2 : 0, big_endian);
    };
    constexpr int kShort = 3, kLong = 4;
    std::size_t next = begin_directory(1);
    add_number(0x8769, kLong, next);
    append_number(bytes, 0, 4, big_endian);
    next = begin_directory(index.empty() ? 1 : 2);
    add_number(0xa001, kShort, static_cast<std::uint64_t>(colour_space));
    if (!index.empty()) {
        add_number(0xa005, kLong, next);
        append_number(bytes, 0, 4, big_endian);
        begin_directory(1);
        append_number(bytes, 1, 2, big_endian);
        append_number(bytes, 2, 2, big_endian);
        append_number(bytes, 4, 4, big_endian);
        append(bytes, index);
        append(bytes, Bytes{0});
    }
    append_number(bytes, 0, 4, big_endian);
    return bytes;
}

/// A JPEG with an EXIF block inserted after its first marker.
inline Bytes jpeg_with_exif(const Bytes& jpeg, const Bytes& exif) {
    Bytes segment = {'E', 'x', 'i', 'f', 0, 0};
    append(segment, exif);
    Bytes bytes = {0xff, 0xd8, 0xff, 0xe1};
    append_number(bytes, segment.size() + 2, 2, true);
    append(bytes, segment);
    bytes.insert(bytes.end(), jpeg.begin() + 2, jpeg.end());
    return bytes;
}

inline Bytes jpeg_with_exif(const Bytes& jpeg, int orientation, bool big_endian) {
    return jpeg_with_exif(jpeg, exif_block(orientation, big_endian));
}

inline void append_png_chunk(Bytes& png, const std::string& type, const Bytes& body) {
    append_number(png, body.size(), 4, true);
    const std::size_t begin = png.size();
    append(png, type);
    append(png, body);
    std::uint32_t crc = 0xffffffff;
    for (std::size_t i = begin; i < png.size(); ++i) {
        crc ^= png[i];
        for (int bit = 0; bit < 8; ++bit) {
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
        }
    }
    append_number(png, ~crc, 4, true);
}

struct PngSpec {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    int bit_depth = 8;
    int color_type = 2;  ///< 0 grey, 2 RGB, 4 grey + alpha, 6 RGBA
    int orientation = 0;
};

/// @param rows  the pixels as PNG stores them, without the filter bytes
inline Bytes make_png(const PngSpec& spec, const Bytes& rows) {
    Bytes png = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    Bytes header;
    append_number(header, spec.width, 4, true);
    append_number(header, spec.height, 4, true);
    append(header,
           Bytes{static_cast<std::uint8_t>(spec.bit_depth),
                 static_cast<std::uint8_t>(spec.color_type),
                 0,
                 0,
                 0});
    append_png_chunk(png, "IHDR", header);
    if (spec.orientation != 0) {
        append_png_chunk(png, "eXIf", exif_block(spec.orientation, true));
    }
    Bytes raw;
    const std::size_t row_bytes = rows.size() / std::max(1u, spec.height);
    for (std::size_t begin = 0; begin + row_bytes <= rows.size() && row_bytes > 0;
         begin += row_bytes) {
        raw.push_back(0);
        raw.insert(raw.end(),
                   rows.begin() + static_cast<long>(begin),
                   rows.begin() + static_cast<long>(begin + row_bytes));
    }
    Bytes stream = {0x78, 0x01, 0x01};  // zlib, one stored block
    append_number(stream, raw.size(), 2, false);
    append_number(stream, ~raw.size() & 0xffff, 2, false);
    append(stream, raw);
    std::uint32_t a = 1;
    std::uint32_t b = 0;
    for (const std::uint8_t byte : raw) {
        a = (a + byte) % 65521;
        b = (b + a) % 65521;
    }
    append_number(stream, b << 16 | a, 4, true);
    append_png_chunk(png, "IDAT", stream);
    append_png_chunk(png, "IEND", {});
    return png;
}

struct TiffSpec {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    int bits = 8;
    int channels = 3;
    bool big_endian = false;
    int orientation = 1;
    int extra_sample = -1;  ///< -1: no tag
    bool is_cmyk = false;
    Bytes profile = {};  ///< ICC profile, empty: no tag
};

/// @param samples  8 or 16 bits each, rows from top to bottom
inline Bytes make_tiff(const TiffSpec& spec, const std::vector<std::uint16_t>& samples) {
    const bool big = spec.big_endian;
    Bytes pixels;
    for (const std::uint16_t sample : samples) {
        append_number(pixels, sample, spec.bits / 8, big);
    }
    const int num_entries = 10 + (spec.extra_sample >= 0 ? 1 : 0) + (spec.profile.empty() ? 0 : 1);
    const std::uint32_t directory_end = 8 + 2 + 12u * static_cast<unsigned>(num_entries) + 4;
    const std::uint32_t pixels_at = directory_end + 8;
    Bytes tiff;
    append(tiff, std::string(big ? "MM" : "II"));
    append_number(tiff, 42, 2, big);
    append_number(tiff, 8, 4, big);
    append_number(tiff, static_cast<std::uint64_t>(num_entries), 2, big);
    const auto add =
        [&](std::uint16_t tag, bool is_long, std::uint32_t count, std::uint32_t value) {
            append_number(tiff, tag, 2, big);
            append_number(tiff, is_long ? 4 : 3, 2, big);
            append_number(tiff, count, 4, big);
            append_number(tiff, value, is_long ? 4 : 2, big);
            append_number(tiff, 0, is_long ? 0 : 2, big);
        };
    const auto channels = static_cast<std::uint32_t>(spec.channels);
    const auto bits = static_cast<std::uint32_t>(spec.bits);
    add(256, true, 1, spec.width);
    add(257, true, 1, spec.height);
    if (channels > 2) {
        append_number(tiff, 258, 2, big);
        append_number(tiff, 3, 2, big);
        append_number(tiff, channels, 4, big);
        append_number(tiff, directory_end, 4, big);
    } else {
        add(258, false, 1, bits);
    }
    add(259, false, 1, 1);
    add(262, false, 1, spec.is_cmyk ? 5 : channels > 2 ? 2 : 1);
    add(273, true, 1, pixels_at);
    add(274, false, 1, static_cast<std::uint32_t>(spec.orientation));
    add(277, false, 1, channels);
    add(278, true, 1, spec.height);
    add(279, true, 1, static_cast<std::uint32_t>(pixels.size()));
    if (spec.extra_sample >= 0) {
        add(338, false, 1, static_cast<std::uint32_t>(spec.extra_sample));
    }
    if (!spec.profile.empty()) {
        append_number(tiff, 34675, 2, big);
        append_number(tiff, 7, 2, big);
        append_number(tiff, spec.profile.size(), 4, big);
        append_number(tiff, pixels_at + pixels.size(), 4, big);
    }
    append_number(tiff, 0, 4, big);
    for (int i = 0; i < 4; ++i) {
        append_number(tiff, bits, 2, big);
    }
    append(tiff, pixels);
    append(tiff, spec.profile);
    return tiff;
}

/// A 24-bit BMP. @param rgb  rows from top to bottom; a negative height stores this order
inline Bytes make_bmp(int width, int height, const Bytes& rgb) {
    Bytes bmp = {'B', 'M'};
    const int rows = height < 0 ? -height : height;
    const int row_bytes = (width * 3 + 3) / 4 * 4;
    const int num_bytes = 54 + row_bytes * rows;
    append_number(bmp, static_cast<std::uint64_t>(num_bytes), 4, false);
    append_number(bmp, 0, 4, false);
    append_number(bmp, 54, 4, false);
    append_number(bmp, 40, 4, false);
    append_number(bmp, static_cast<std::uint32_t>(width), 4, false);
    append_number(bmp, static_cast<std::uint32_t>(height), 4, false);
    append_number(bmp, 1, 2, false);
    append_number(bmp, 24, 2, false);
    for (int i = 0; i < 6; ++i) {
        append_number(bmp, 0, 4, false);
    }
    for (int i = 0; i < rows; ++i) {
        const int y = height < 0 ? i : rows - 1 - i;
        for (int x = 0; x < width; ++x) {
            for (int c = 2; c >= 0; --c) {
                const int at = (y * width + x) * 3 + c;
                bmp.push_back(rgb[static_cast<std::size_t>(at)]);
            }
        }
        bmp.resize(bmp.size() + static_cast<std::size_t>(row_bytes - width * 3));
    }
    return bmp;
}
