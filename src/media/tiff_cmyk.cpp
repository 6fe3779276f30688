// SPDX-License-Identifier: Apache-2.0
#include "tiff_cmyk.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include <tiffio.h>

namespace vasa::media {
namespace {

/// A file in memory for libtiff.
struct MemoryFile {
    const std::vector<std::uint8_t>& bytes;
    std::uint64_t offset = 0;
};

tmsize_t read_memory(thandle_t handle, void* target, tmsize_t size) {
    auto& file = *static_cast<MemoryFile*>(handle);
    const std::uint64_t left =
        file.bytes.size() - std::min<std::uint64_t>(file.offset, file.bytes.size());
    const std::uint64_t count = std::min<std::uint64_t>(left, static_cast<std::uint64_t>(size));
    if (count > 0) {
        std::memcpy(target, file.bytes.data() + file.offset, count);
    }
    file.offset += count;
    return static_cast<tmsize_t>(count);
}

tmsize_t refuse_to_write(thandle_t /*handle*/, void* /*source*/, tmsize_t /*size*/) {
    return -1;
}

toff_t seek_memory(thandle_t handle, toff_t offset, int whence) {
    auto& file = *static_cast<MemoryFile*>(handle);
    const std::uint64_t origin = whence == SEEK_CUR   ? file.offset
                                 : whence == SEEK_END ? file.bytes.size()
                                                      : 0;
    file.offset = origin + offset;
    return file.offset;
}

int close_memory(thandle_t /*handle*/) {
    return 0;
}

toff_t size_of_memory(thandle_t handle) {
    return static_cast<MemoryFile*>(handle)->bytes.size();
}

/// What libtiff says goes nowhere: an unreadable file is an error of its own.
int drop_message(TIFF* /*tiff*/,
                 void* /*data*/,
                 const char* /*module*/,
                 const char* /*format*/,
                 va_list /*arguments*/) {
    return 1;
}

using Tiff = std::unique_ptr<TIFF, decltype(&TIFFClose)>;

Tiff open(MemoryFile& file) {
    const std::unique_ptr<TIFFOpenOptions, decltype(&TIFFOpenOptionsFree)> options(
        TIFFOpenOptionsAlloc(), &TIFFOpenOptionsFree);
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), drop_message, nullptr);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), drop_message, nullptr);
    return {TIFFClientOpenExt("memory",
                              "rm",
                              &file,
                              read_memory,
                              refuse_to_write,
                              seek_memory,
                              close_memory,
                              size_of_memory,
                              nullptr,
                              nullptr,
                              options.get()),
            &TIFFClose};
}

/// How a file stores its inks.
struct Layout {
    std::uint32_t width = 0, height = 0;
    std::uint16_t samples = 0, bits = 0;
    bool is_planar = false;  ///< one ink after the other

    std::uint16_t samples_together() const { return is_planar ? std::uint16_t{1} : samples; }
    std::uint64_t row_bytes(std::uint32_t num_pixels) const {
        return std::uint64_t{num_pixels} * samples_together() * (bits / 8);
    }
};

/// A row of stored pixels.
struct StoredRow {
    const std::uint8_t* bytes;
    std::uint16_t plane;  ///< ink of a planar file
    int x, y;             ///< place of its first pixel
    int num_pixels;
};

/// Copies the inks of a row, inverted; samples beyond the fourth are left out.
template <typename T>
void take_row(const Layout& layout, const StoredRow& row, cv::Mat& mat) {
    T* target = mat.ptr<T>(row.y) + 4 * row.x + (layout.is_planar ? row.plane : 0);
    const std::size_t step = layout.samples_together();
    for (int x = 0; x < row.num_pixels; ++x) {
        for (std::size_t c = 0; c < std::min<std::size_t>(step, 4); ++c) {
            T ink;
            std::memcpy(
                &ink, row.bytes + (static_cast<std::size_t>(x) * step + c) * sizeof(T), sizeof(T));
            target[4 * x + static_cast<int>(c)] = static_cast<T>(static_cast<T>(-1) - ink);
        }
    }
}

void take_row(const Layout& layout, const StoredRow& row, cv::Mat& mat) {
    if (layout.bits == 8) {
        take_row<std::uint8_t>(layout, row, mat);
    } else {
        take_row<std::uint16_t>(layout, row, mat);
    }
}

/// @return false if the file is damaged
bool read_rows(TIFF* tiff, const Layout& layout, std::uint16_t plane, cv::Mat& mat) {
    if (TIFFScanlineSize64(tiff) != layout.row_bytes(layout.width)) {
        return false;
    }
    std::vector<std::uint8_t> line(layout.row_bytes(layout.width));
    for (int y = 0; y < mat.rows; ++y) {
        if (TIFFReadScanline(tiff, line.data(), static_cast<std::uint32_t>(y), plane) < 0) {
            return false;
        }
        take_row(layout, {line.data(), plane, 0, y, mat.cols}, mat);
    }
    return true;
}

/// @return false if the file is damaged
bool read_tiles(TIFF* tiff, const Layout& layout, std::uint16_t plane, cv::Mat& mat) {
    // Tiles may reach beyond the picture, usual ones by less than 1024 pixels.
    constexpr std::uint32_t kMaxBeyond_px = 4096;
    std::uint32_t width = 0, height = 0;
    TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &width);
    TIFFGetField(tiff, TIFFTAG_TILELENGTH, &height);
    if (width == 0 || height == 0 || width > layout.width + kMaxBeyond_px ||
        height > layout.height + kMaxBeyond_px ||
        TIFFTileSize64(tiff) != layout.row_bytes(width) * height) {
        return false;
    }
    std::vector<std::uint8_t> tile(layout.row_bytes(width) * height);
    for (std::uint32_t top = 0; top < layout.height; top += height) {
        for (std::uint32_t left = 0; left < layout.width; left += width) {
            if (TIFFReadTile(tiff, tile.data(), left, top, 0, plane) < 0) {
                return false;
            }
            const auto num_pixels = static_cast<int>(std::min(width, layout.width - left));
            for (std::uint32_t y = 0; y < std::min(height, layout.height - top); ++y) {
                take_row(layout,
                         {tile.data() + y * layout.row_bytes(width),
                          plane,
                          static_cast<int>(left),
                          static_cast<int>(top + y),
                          num_pixels},
                         mat);
            }
        }
    }
    return true;
}

}  // namespace

DecodedPixels read_cmyk_tiff(const std::vector<std::uint8_t>& bytes) {
    MemoryFile file{bytes};
    const Tiff tiff = open(file);
    if (!tiff) {
        return {};
    }
    Layout layout;
    std::uint16_t planes = 0, photometric = 0;
    TIFFGetField(tiff.get(), TIFFTAG_IMAGEWIDTH, &layout.width);
    TIFFGetField(tiff.get(), TIFFTAG_IMAGELENGTH, &layout.height);
    TIFFGetField(tiff.get(), TIFFTAG_PHOTOMETRIC, &photometric);
    TIFFGetFieldDefaulted(tiff.get(), TIFFTAG_SAMPLESPERPIXEL, &layout.samples);
    TIFFGetFieldDefaulted(tiff.get(), TIFFTAG_BITSPERSAMPLE, &layout.bits);
    TIFFGetFieldDefaulted(tiff.get(), TIFFTAG_PLANARCONFIG, &planes);
    layout.is_planar = planes == PLANARCONFIG_SEPARATE;
    if (photometric != PHOTOMETRIC_SEPARATED || layout.samples < 4 ||
        (layout.bits != 8 && layout.bits != 16)) {
        return {};
    }
    DecodedPixels pixels;
    pixels.model = PixelModel::Cmyk;
    pixels.mat.create(static_cast<int>(layout.height),
                      static_cast<int>(layout.width),
                      layout.bits == 8 ? CV_8UC4 : CV_16UC4);
    const bool is_tiled = TIFFIsTiled(tiff.get()) != 0;
    const std::uint16_t num_planes = layout.is_planar ? 4 : 1;
    for (std::uint16_t plane = 0; plane < num_planes; ++plane) {
        if (!(is_tiled ? read_tiles(tiff.get(), layout, plane, pixels.mat)
                       : read_rows(tiff.get(), layout, plane, pixels.mat))) {
            return {};
        }
    }
    return pixels;
}

}  // namespace vasa::media
