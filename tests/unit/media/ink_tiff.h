// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image_writers.h"

#include <algorithm>
#include <cstring>
#include <string>

#include <tiffio.h>

/// How write_ink_tiff() stores a picture.
struct InkLayout {
    int width = 0, height = 0;
    std::uint16_t samples = 4;
    int bits = 8;
    bool is_tiled = false;
    bool is_planar = false;  ///< one ink after the other
};

/// Writes a CMYK TIFF with libtiff, compressed.
/// @param inks  [height × width × samples], 8 bits
inline void write_ink_tiff(const std::string& path,
                           const InkLayout& layout,
                           const Bytes& inks,
                           const Bytes& profile) {
    constexpr int kTile = 32;
    TIFF* const tiff = TIFFOpen(path.c_str(), "w");
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, layout.width);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, layout.height);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_SEPARATED);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, layout.samples);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, layout.bits);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_LZW);
    TIFFSetField(
        tiff, TIFFTAG_PLANARCONFIG, layout.is_planar ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
    if (layout.samples > 4) {
        const std::uint16_t alpha = EXTRASAMPLE_UNASSALPHA;
        TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &alpha);
    }
    TIFFSetField(
        tiff, TIFFTAG_ICCPROFILE, static_cast<std::uint32_t>(profile.size()), profile.data());
    const int tile_width = layout.is_tiled ? kTile : layout.width;
    const int tile_height = layout.is_tiled ? kTile : 1;
    if (layout.is_tiled) {
        TIFFSetField(tiff, TIFFTAG_TILEWIDTH, kTile);
        TIFFSetField(tiff, TIFFTAG_TILELENGTH, kTile);
    } else {
        TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 7);
    }
    const int samples = layout.samples, together = layout.is_planar ? 1 : samples;
    for (int plane = 0; plane < samples / together; ++plane) {
        for (int top = 0; top < layout.height; top += tile_height) {
            for (int left = 0; left < layout.width; left += tile_width) {
                Bytes block;
                for (int y = top; y < top + tile_height; ++y) {
                    for (int i = 0; i < tile_width * together; ++i) {
                        const int x = std::min(left + i / together, layout.width - 1);
                        const int c = layout.is_planar ? plane : i % together;
                        const int at =
                            (std::min(y, layout.height - 1) * layout.width + x) * samples + c;
                        // 257 times the value in 16 bits: both bytes are the same.
                        block.insert(block.end(),
                                     static_cast<std::size_t>(layout.bits / 8),
                                     inks[static_cast<std::size_t>(at)]);
                    }
                }
                const auto x = static_cast<std::uint32_t>(left),
                           y = static_cast<std::uint32_t>(top);
                if (layout.is_tiled) {
                    TIFFWriteTile(tiff, block.data(), x, y, 0, static_cast<std::uint16_t>(plane));
                } else {
                    TIFFWriteScanline(tiff, block.data(), y, static_cast<std::uint16_t>(plane));
                }
            }
        }
    }
    TIFFClose(tiff);
}
