// SPDX-License-Identifier: Apache-2.0
#include "vasa/media/image_file.h"

#include "colour_profile.h"
#include "embedded_profile.h"
#include "exif.h"
#include "heif_decode.h"
#include "image_header.h"
#include "jpeg_decode.h"
#include "orientation.h"
#include "tiff_cmyk.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/media/opencv_error.h"

#include <algorithm>
#include <new>
#include <utility>
#include <vector>

#include <opencv2/imgcodecs.hpp>

namespace vasa::media {
namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 30;

[[noreturn]] void fail(const std::string& path, const std::string& cause) {
    throw core::Error(core::ErrorKind::Input, "cannot read image '" + path + "': " + cause);
}

/// How the decoder returns the colours of an image with alpha.
enum class Alpha { Plain, Premultiplied };

Alpha alpha_of(const ImageHeader& header, int depth) {
    if (header.type == ImageType::Heif) {
        return header.extra_sample == 1 ? Alpha::Premultiplied : Alpha::Plain;
    }
    if (header.type != ImageType::Tiff) {
        return Alpha::Plain;
    }
    // libtiff multiplies 8-bit colours by plain alpha and returns 16-bit colours as stored.
    return header.extra_sample == 1 || (header.extra_sample == 2 && depth == CV_8U)
               ? Alpha::Premultiplied
               : Alpha::Plain;
}

/// value · (1 / max) of type T to 8 bits, rounded to nearest.
template <typename T>
std::uint8_t to_u8(std::uint32_t value) {
    if (sizeof(T) == 1) {
        return static_cast<std::uint8_t>(value);
    }
    return static_cast<std::uint8_t>((value + 128) / 257);
}

/// One colour over the background. @param value, alpha  in [0, max of T]
template <typename T>
std::uint8_t composite(std::uint32_t value, std::uint32_t alpha, std::uint8_t back, Alpha kind) {
    constexpr std::uint64_t kMax = sizeof(T) == 1 ? 255 : 65535;
    const std::uint64_t background = std::uint64_t{back} * (kMax / 255) * (kMax - alpha);
    const std::uint64_t front =
        kind == Alpha::Plain ? std::uint64_t{value} * alpha : std::uint64_t{value} * kMax;
    const std::uint64_t mixed = (front + background + kMax / 2) / kMax;
    return to_u8<T>(static_cast<std::uint32_t>(mixed < kMax ? mixed : kMax));
}

/// Grey, BGR or BGRA of 8 or 16 bits to 8-bit RGB.
template <typename T>
core::ImageU8 to_rgb(const cv::Mat& mat,
                     Alpha alpha_kind,
                     const std::array<std::uint8_t, 3>& background) {
    core::ImageU8 image(mat.cols, mat.rows, 3);
    const int channels = mat.channels();
    for (int y = 0; y < mat.rows; ++y) {
        const T* source = mat.ptr<T>(y);
        std::uint8_t* target = image.row(y);
        for (int x = 0; x < mat.cols; ++x, source += channels, target += 3) {
            for (int c = 0; c < 3; ++c) {
                const T value = source[channels == 1 ? 0 : 2 - c];
                target[c] =
                    channels == 4
                        ? composite<T>(
                              value, source[3], background[static_cast<std::size_t>(c)], alpha_kind)
                        : to_u8<T>(value);
            }
        }
    }
    return image;
}

cv::Mat decode_by_opencv(const std::string& path, const std::vector<std::uint8_t>& bytes) {
    cv::Mat mat;
    try {
        // Unchanged: alpha and 16 bits are kept, the orientation is not applied.
        mat = cv::imdecode(bytes, cv::IMREAD_UNCHANGED);
    } catch (const cv::Exception& error) {
        throw core::Error(kind_of(error, core::ErrorKind::Input),
                          "cannot read image '" + path + "': damaged: " + error.err);
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception& error) {
        fail(path, std::string("damaged: ") + error.what());
    }
    if (mat.empty()) {
        fail(path, "damaged");
    }
    const int channels = mat.channels();
    if ((mat.depth() != CV_8U && mat.depth() != CV_16U) ||
        (channels != 1 && channels != 3 && channels != 4)) {
        fail(path, "unusual pixels, expected grey or colour of 8 or 16 bits a channel");
    }
    return mat;
}

DecodedPixels decode_checked_jpeg(const std::string& path,
                                  const std::vector<std::uint8_t>& bytes,
                                  const ImageHeader& header) {
    DecodedJpeg jpeg = decode_jpeg(bytes, header);
    if (!jpeg.damage.empty()) {
        core::log_warning("image '" + path + "' is damaged: " + jpeg.damage);
    } else if (!header.has_end) {
        core::log_warning("image '" + path + "' lacks its end marker; all pixels are there");
    }
    return jpeg.pixels;
}

DecodedPixels decode(const std::string& path,
                     const std::vector<std::uint8_t>& bytes,
                     const ImageHeader& header) {
    DecodedPixels pixels;
    try {
        if (header.type == ImageType::Jpeg) {
            return decode_checked_jpeg(path, bytes, header);
        }
        if (header.type == ImageType::Heif) {
            return decode_heif(bytes);
        }
        if (header.is_cmyk) {
            pixels = read_cmyk_tiff(bytes);
        }
    } catch (const core::Error& error) {
        throw core::Error(error.kind(), "cannot read image '" + path + "': " + error.what());
    } catch (const cv::Exception& error) {
        throw core::Error(kind_of(error, core::ErrorKind::Input),
                          "cannot read image '" + path + "': damaged: " + error.err);
    }
    if (pixels.mat.empty()) {
        pixels.mat = decode_by_opencv(
            path, header.type == ImageType::Png ? png_without_profile(bytes) : bytes);
    }
    return pixels;
}

/// Divides colours by their alpha, which a conversion of colours needs.
void undo_premultiplication(cv::Mat& bgra) {
    for (int y = 0; y < bgra.rows; ++y) {
        std::uint8_t* pixel = bgra.ptr(y);
        for (int x = 0; x < bgra.cols; ++x, pixel += 4) {
            const int alpha = pixel[3];
            for (int c = 0; c < 3 && alpha > 0; ++c) {
                pixel[c] =
                    static_cast<std::uint8_t>(std::min(255, (pixel[c] * 255 + alpha / 2) / alpha));
            }
        }
    }
}

/// Converts decoded pixels to sRGB by the file's profile, or takes them for sRGB with a warning.
void apply_profile(const std::string& path,
                   const ImageHeader& header,
                   DecodedPixels& pixels,
                   Alpha& alpha) {
    std::string damage = header.profile_damage;
    const bool is_adobe_rgb = header.is_adobe_rgb && header.profile.empty() && damage.empty() &&
                              pixels.model == PixelModel::Colour && pixels.mat.channels() >= 3;
    const std::vector<std::uint8_t> profile = is_adobe_rgb ? adobe_rgb_profile() : header.profile;
    if (!profile.empty()) {
        if (pixels.mat.channels() == 4 && pixels.model == PixelModel::Colour &&
            alpha == Alpha::Premultiplied && pixels.mat.depth() == CV_8U) {
            undo_premultiplication(pixels.mat);
            alpha = Alpha::Plain;
        }
        damage = convert_to_srgb(pixels, profile);
    }
    if (!damage.empty()) {
        core::log_warning("colour profile of image '" + path + "' cannot be used: " + damage +
                          "; sRGB is assumed");
    }
    if (pixels.model == PixelModel::Cmyk) {
        convert_cmyk_without_profile(pixels);
    }
}

ImageHeader checked_header(const std::string& path,
                           const std::vector<std::uint8_t>& bytes,
                           std::int64_t max_pixels) {
    ImageHeader header;
    try {
        header = read_image_header(bytes);
    } catch (const core::Error& error) {
        fail(path, error.what());
    }
    const std::string size = std::to_string(header.width) + "x" + std::to_string(header.height);
    // Both sides have at most 32 bits, the product at most 64.
    if (header.width < 1 || header.height < 1 || header.height > max_pixels / header.width) {
        fail(path, size + " pixels, expected 1 to " + std::to_string(max_pixels));
    }
    return header;
}

}  // namespace

core::ImageU8 load_image(const std::string& path, const LoadImageOptions& options) {
    std::vector<std::uint8_t> bytes;
    try {
        bytes = core::read_file(path, kMaxFileBytes);
    } catch (const core::Error& error) {
        throw core::Error(core::ErrorKind::Input, error.what(), error.hint());
    }
    const ImageHeader header = checked_header(path, bytes, options.max_pixels);
    if (header.orientation_offset != 0) {
        // The decoder would rotate TIFF files itself, differently for each bit depth.
        const bool big_endian = bytes[0] == 'M';
        bytes[header.orientation_offset] = big_endian ? 0 : 1;
        bytes[header.orientation_offset + 1] = big_endian ? 1 : 0;
    }
    DecodedPixels pixels = decode(path, bytes, header);
    const cv::Mat& mat = pixels.mat;
    if (mat.cols != header.width || mat.rows != header.height) {
        fail(path,
             "damaged: decoded to " + std::to_string(mat.cols) + "x" + std::to_string(mat.rows) +
                 ", its header says " + std::to_string(header.width) + "x" +
                 std::to_string(header.height));
    }
    Alpha alpha = alpha_of(header, mat.depth());
    apply_profile(path, header, pixels, alpha);
    core::ImageU8 image = mat.depth() == CV_8U
                              ? to_rgb<std::uint8_t>(mat, alpha, options.background)
                              : to_rgb<std::uint16_t>(mat, alpha, options.background);
    return apply_orientation(std::move(image), header.orientation);
}

void save_png(const std::string& path, const core::ImageU8& image, bool overwrite) {
    if ((image.channels != 1 && image.channels != 3) || image.width < 1 || image.height < 1 ||
        image.data.size() != static_cast<std::size_t>(image.width) *
                                 static_cast<std::size_t>(image.height) *
                                 static_cast<std::size_t>(image.channels)) {
        throw core::Error(core::ErrorKind::Internal,
                          "image '" + path + "': expected 1 or 3 channels and some pixels");
    }
    cv::Mat mat(image.height, image.width, image.channels == 1 ? CV_8UC1 : CV_8UC3);
    for (int y = 0; y < image.height; ++y) {
        const std::uint8_t* source = image.row(y);
        std::uint8_t* target = mat.ptr<std::uint8_t>(y);
        for (int x = 0; x < image.width; ++x) {
            for (int c = 0; c < image.channels; ++c) {
                target[x * image.channels + c] =
                    source[x * image.channels + image.channels - 1 - c];
            }
        }
    }
    std::vector<std::uint8_t> bytes;
    try {
        if (!cv::imencode(".png", mat, bytes)) {
            throw core::Error(core::ErrorKind::Output, "cannot encode image '" + path + "'");
        }
    } catch (const cv::Exception& error) {
        throw core::Error(kind_of(error, core::ErrorKind::Output),
                          "cannot encode image '" + path + "': " + error.err);
    }
    core::write_file_atomic(path, std::string(bytes.begin(), bytes.end()), overwrite);
}

}  // namespace vasa::media
