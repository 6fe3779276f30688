// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image_writers.h"

#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>

struct JpegSpec {
    int width = 0;
    int height = 0;
    int channels = 3;  ///< 1 grey, 3 RGB, 4 CMYK, stored inverted as Adobe's programs do
    int quality = 98;
    bool is_progressive = false;
    unsigned restart_interval = 0;  ///< blocks, 0: no restart markers
};

/// @param samples  rows from top to bottom; inks from 0 (none) to 255
inline Bytes make_jpeg(const JpegSpec& spec, Bytes samples) {
    jpeg_compress_struct jpeg = {};
    jpeg_error_mgr errors = {};
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    unsigned char* buffer = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&jpeg, &buffer, &size);
    jpeg.image_width = static_cast<JDIMENSION>(spec.width);
    jpeg.image_height = static_cast<JDIMENSION>(spec.height);
    jpeg.input_components = spec.channels;
    jpeg.in_color_space = spec.channels == 1   ? JCS_GRAYSCALE
                          : spec.channels == 3 ? JCS_RGB
                                               : JCS_CMYK;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, spec.quality, TRUE);
    if (spec.is_progressive) {
        jpeg_simple_progression(&jpeg);
    }
    jpeg.restart_interval = spec.restart_interval;
    jpeg_start_compress(&jpeg, TRUE);
    for (std::uint8_t& sample : samples) {
        sample = static_cast<std::uint8_t>(spec.channels == 4 ? 255 - sample : sample);
    }
    while (jpeg.next_scanline < jpeg.image_height) {
        JSAMPROW row = samples.data() + std::size_t{jpeg.next_scanline} *
                                            static_cast<std::size_t>(spec.width * spec.channels);
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    const Bytes bytes(buffer, buffer + size);
    jpeg_destroy_compress(&jpeg);
    std::free(buffer);
    return bytes;
}
