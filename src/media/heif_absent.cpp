// SPDX-License-Identifier: Apache-2.0
// In place of heif_decode.cpp where libheif is not installed.
#include "heif_decode.h"

#include "vasa/core/error.h"

namespace vasa::media {
namespace {

[[noreturn]] void refuse() {
    throw core::Error(core::ErrorKind::Input,
                      "HEIC or AVIF, which this program was built without (libheif); expected PNG, "
                      "JPEG, WebP, TIFF or BMP");
}

}  // namespace

bool reads_heif() {
    return false;
}

ImageHeader read_heif_header(const std::vector<std::uint8_t>& /*bytes*/) {
    refuse();
}

DecodedPixels decode_heif(const std::vector<std::uint8_t>& /*bytes*/) {
    refuse();
}

}  // namespace vasa::media
