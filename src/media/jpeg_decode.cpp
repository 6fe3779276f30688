// SPDX-License-Identifier: Apache-2.0
#include "jpeg_decode.h"

#include "vasa/core/error.h"

#include <csetjmp>
#include <cstdio>

#include <jerror.h>
#include <jpeglib.h>

namespace vasa::media {
namespace {

/// libjpeg reports errors through functions that must not return.
struct ErrorManager {
    jpeg_error_mgr base = {};
    std::jmp_buf on_error = {};
    char error[JMSG_LENGTH_MAX] = {};
    char first_warning[JMSG_LENGTH_MAX] = {};
    bool lacks_rows = false;  ///< coded data ended, or went on wrongly, before the last pixel
};

ErrorManager& manager_of(j_common_ptr jpeg) {
    // The base is the first member.
    return *reinterpret_cast<ErrorManager*>(jpeg->err);
}

void exit_on_error(j_common_ptr jpeg) {
    ErrorManager& manager = manager_of(jpeg);
    jpeg->err->format_message(jpeg, manager.error);
    std::longjmp(manager.on_error, 1);
}

void take_message(j_common_ptr jpeg, int level) {
    if (level >= 0) {
        return;  // a trace, not a warning
    }
    ErrorManager& manager = manager_of(jpeg);
    const int code = jpeg->err->msg_code;
    // The missing end marker itself, and bytes behind the pixels.
    if (code == JWRN_JPEG_EOF || code == JWRN_EXTRANEOUS_DATA) {
        return;
    }
    manager.lacks_rows = true;
    if (manager.first_warning[0] == 0) {
        jpeg->err->format_message(jpeg, manager.first_warning);
    }
}

/// True if every coefficient of a progressive JPEG arrived with all its bits.
bool has_all_scans(const jpeg_decompress_struct& jpeg) {
    if (jpeg.coef_bits == nullptr) {
        return true;
    }
    for (int component = 0; component < jpeg.num_components; ++component) {
        for (int i = 0; i < DCTSIZE2; ++i) {
            if (jpeg.coef_bits[component][i] != 0) {
                return false;
            }
        }
    }
    return true;
}

/// Reads the header and chooses the output's colours.
void start(jpeg_decompress_struct& jpeg, const std::uint8_t* data, std::size_t size) {
    jpeg_mem_src(&jpeg, data, static_cast<unsigned long>(size));
    jpeg_read_header(&jpeg, TRUE);
    jpeg.out_color_space = jpeg.num_components == 4   ? JCS_CMYK
                           : jpeg.num_components == 1 ? JCS_GRAYSCALE
                                                      : JCS_EXT_BGR;
    jpeg_start_decompress(&jpeg);
}

/// Frees what libjpeg holds, on every way out.
struct Decompressor {
    jpeg_decompress_struct jpeg = {};
    ErrorManager errors;

    Decompressor() {
        jpeg.err = jpeg_std_error(&errors.base);
        errors.base.error_exit = exit_on_error;
        errors.base.emit_message = take_message;
    }
    Decompressor(const Decompressor&) = delete;
    Decompressor& operator=(const Decompressor&) = delete;
    ~Decompressor() { jpeg_destroy_decompress(&jpeg); }
};

/// Decodes as far as libjpeg gets. No object that needs a destructor lives here: errors jump.
/// @return false after an error
bool run(Decompressor& decompressor, const std::uint8_t* data, std::size_t size, cv::Mat& mat) {
    jpeg_decompress_struct& jpeg = decompressor.jpeg;
    if (setjmp(decompressor.errors.on_error) != 0) {
        return false;
    }
    jpeg_create_decompress(&jpeg);
    start(jpeg, data, size);
    mat.create(static_cast<int>(jpeg.output_height),
               static_cast<int>(jpeg.output_width),
               CV_8UC(jpeg.output_components));
    while (jpeg.output_scanline < jpeg.output_height) {
        JSAMPROW row = mat.ptr(static_cast<int>(jpeg.output_scanline));
        jpeg_read_scanlines(&jpeg, &row, 1);
    }
    return true;
}

}  // namespace

DecodedJpeg decode_jpeg(const std::vector<std::uint8_t>& bytes, const ImageHeader& header) {
    DecodedJpeg decoded;
    Decompressor decompressor;
    if (!run(decompressor, bytes.data(), header.end, decoded.pixels.mat)) {
        throw core::Error(core::ErrorKind::Input,
                          std::string("damaged: ") + decompressor.errors.error);
    }
    // Arithmetic coding takes missing bytes for zeros: nothing shows whether they were all there.
    const bool shows_end = decompressor.jpeg.arith_code == FALSE;
    if (!header.has_end &&
        (decompressor.errors.lacks_rows || !shows_end || !has_all_scans(decompressor.jpeg))) {
        throw core::Error(core::ErrorKind::Input,
                          "truncated JPEG: its end marker and some pixels are missing");
    }
    decoded.damage = decompressor.errors.first_warning;
    if (decoded.pixels.mat.channels() == 4) {
        decoded.pixels.model = PixelModel::Cmyk;
    }
    return decoded;
}

}  // namespace vasa::media
