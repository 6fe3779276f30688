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

/// The first four of `num_samples` samples a pixel, inverted.
template <typename T>
void take_row(const std::vector<std::uint8_t>& line, int num_samples, int row, cv::Mat& mat) {
    T* target = mat.ptr<T>(row);
    for (int x = 0; x < mat.cols; ++x) {
        for (int c = 0; c < 4; ++c) {
            T ink;
            std::memcpy(
                &ink,
                line.data() + (static_cast<std::size_t>(x) * static_cast<std::size_t>(num_samples) +
                               static_cast<std::size_t>(c)) *
                                  sizeof(T),
                sizeof(T));
            target[4 * x + c] = static_cast<T>(static_cast<T>(-1) - ink);
        }
    }
}

}  // namespace

DecodedPixels read_cmyk_tiff(const std::vector<std::uint8_t>& bytes) {
    MemoryFile file{bytes};
    const Tiff tiff = open(file);
    if (!tiff) {
        return {};
    }
    std::uint32_t width = 0, height = 0;
    std::uint16_t samples = 0, bits = 0, planes = 0, photometric = 0;
    TIFFGetField(tiff.get(), TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(tiff.get(), TIFFTAG_IMAGELENGTH, &height);
    TIFFGetField(tiff.get(), TIFFTAG_PHOTOMETRIC, &photometric);
    TIFFGetFieldDefaulted(tiff.get(), TIFFTAG_SAMPLESPERPIXEL, &samples);
    TIFFGetFieldDefaulted(tiff.get(), TIFFTAG_BITSPERSAMPLE, &bits);
    TIFFGetFieldDefaulted(tiff.get(), TIFFTAG_PLANARCONFIG, &planes);
    if (photometric != PHOTOMETRIC_SEPARATED || samples < 4 || (bits != 8 && bits != 16) ||
        planes != PLANARCONFIG_CONTIG || TIFFIsTiled(tiff.get()) != 0) {
        return {};
    }
    const std::uint64_t line_bytes = std::uint64_t{width} * samples * (bits / 8);
    if (TIFFScanlineSize64(tiff.get()) != line_bytes) {
        return {};
    }
    DecodedPixels pixels;
    pixels.model = PixelModel::Cmyk;
    pixels.mat.create(
        static_cast<int>(height), static_cast<int>(width), bits == 8 ? CV_8UC4 : CV_16UC4);
    std::vector<std::uint8_t> line(line_bytes);
    for (std::uint32_t y = 0; y < height; ++y) {
        if (TIFFReadScanline(tiff.get(), line.data(), y) < 0) {
            return {};
        }
        if (bits == 8) {
            take_row<std::uint8_t>(line, samples, static_cast<int>(y), pixels.mat);
        } else {
            take_row<std::uint16_t>(line, samples, static_cast<int>(y), pixels.mat);
        }
    }
    return pixels;
}

}  // namespace vasa::media
