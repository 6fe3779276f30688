// SPDX-License-Identifier: Apache-2.0
#include "unsupported_type.h"

#include <algorithm>
#include <cstring>

namespace vasa::media {
namespace {

struct Signature {
    std::size_t offset;
    const char* bytes;
    const char* name;
};

// The first that fits counts.
constexpr Signature kSignatures[] = {
    {0, "GIF87a", "a GIF"},
    {0, "GIF89a", "a GIF"},
    {4, "JXL \r\n", "a JPEG XL picture"},
    {0, "\xff\x0a", "a JPEG XL picture"},
    {4, "jP  \r\n", "a JPEG 2000 picture"},
    {0, "\xff\x4f\xff\x51", "a JPEG 2000 picture"},
    {0, "8BPS", "a Photoshop document"},
    {0, "gimp xcf", "a GIMP document"},
    {0, "%PDF", "a PDF"},
    {0, "%!PS", "a PostScript document"},
    {0, "<svg", "an SVG"},
    {0, "<?xml", "XML (an SVG?)"},
    {0, "<!DOCTYPE", "an HTML page"},
    {0, "<!doctype", "an HTML page"},
    {0, "<html", "an HTML page"},
    {0, "FUJIFILMCCD-RAW", "a camera's raw file"},
    {8, "CR\x02", "a camera's raw file"},
    {4, "ftypcrx", "a camera's raw file"},
    {0, "IIRO", "a camera's raw file"},
    {0, "IIU", "a camera's raw file"},
    {0, "\x76\x2f\x31\x01", "an OpenEXR picture"},
    {0, "#?RADIANCE", "a Radiance picture"},
    {0, "DDS ", "a DirectDraw surface"},
    {0, "qoif", "a QOI picture"},
    {8, "WAVE", "a WAV sound"},
    {8, "AVI ", "an AVI video"},
    {4, "ftyp", "an MP4 or QuickTime file, not a picture"},
    {0, "\x1a\x45\xdf\xa3", "a WebM or Matroska video"},
    {0, "PK\x03\x04", "a ZIP archive"},
};

/// TIFF with 64-bit offsets. The text of kSignatures cannot hold its zeros.
bool is_big_tiff(const ByteView& file) {
    constexpr std::uint16_t kVersion = 43;
    return (file.starts_with(0, "II") && file.has(0, 4) && file.u16(2, false) == kVersion) ||
           (file.starts_with(0, "MM") && file.has(0, 4) && file.u16(2, true) == kVersion);
}

bool is_portable_anymap(const ByteView& file) {
    return file.has(0, 3) && file.u8(0) == 'P' && file.u8(1) >= '1' && file.u8(1) <= '7' &&
           (file.u8(2) == '\n' || file.u8(2) == ' ' || file.u8(2) == '\r');
}

bool is_icon(const ByteView& file) {
    return file.has(0, 6) && file.u16(0, false) == 0 && file.u16(2, false) == 1 &&
           file.u16(4, false) >= 1 && file.u16(4, false) <= 64;
}

}  // namespace

bool is_heif(const ByteView& file) {
    if (!file.starts_with(4, "ftyp") || !file.has(0, 16)) {
        return false;
    }
    const std::size_t end =
        std::min<std::size_t>({file.u32(0, true), file.size(), std::size_t{256}});
    // The main brand, the minor version, then the brands that the file goes with.
    for (std::size_t brand = 8; brand + 4 <= end; brand += brand == 8 ? 8 : 4) {
        for (const char* name :
             {"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis"}) {
            if (file.starts_with(brand, name)) {
                return true;
            }
        }
    }
    return false;
}

std::string name_of_type(const ByteView& file) {
    for (const Signature& signature : kSignatures) {
        if (file.starts_with(signature.offset, signature.bytes)) {
            return signature.name;
        }
    }
    if (is_portable_anymap(file)) {
        return "a PNM picture";
    }
    if (is_big_tiff(file)) {
        return "a BigTIFF picture";
    }
    if (is_icon(file)) {
        return "an icon file";
    }
    return "unknown type";
}

}  // namespace vasa::media
