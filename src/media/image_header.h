// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace vasa::media {

enum class ImageType { Png, Jpeg, WebP, Tiff, Bmp, Heif };

/// What is known about an image file before it is decoded.
struct ImageHeader {
    ImageType type = ImageType::Png;
    std::int64_t width = 0;   ///< as stored, before the orientation is applied
    std::int64_t height = 0;  ///< as stored
    int orientation = 1;      ///< EXIF orientation, 1–8
    /// TIFF: offset of the orientation's value, 0 if the file has none.
    std::size_t orientation_offset = 0;
    /// TIFF, HEIC: meaning of the fourth channel as in TIFF's ExtraSamples tag: -1 no tag, 0
    /// unknown, 1 premultiplied alpha, 2 plain alpha.
    int extra_sample = -1;
    bool is_cmyk = false;  ///< TIFF: inks, by the PhotometricInterpretation tag
    /// False: a JPEG without an end marker, whose pixels may be complete.
    bool has_end = true;
    std::size_t end = 0;  ///< JPEG: bytes of the picture; what follows is not part of it
    /// ICC profile of the colours, also made from other statements about them; empty for sRGB.
    std::vector<std::uint8_t> profile;
    /// EXIF: the colours are Adobe RGB. Counts where the file says nothing else about them.
    bool is_adobe_rgb = false;
    std::string profile_damage;  ///< why the file's profile cannot be read; empty if there is none
};

/// Reads type, size, orientation and colour profile from a file's bytes and checks that the file is
/// complete as far as its container shows: last chunk, strips within the file.
///
/// @throws Error(Input) with the cause only ("truncated ..."); the caller adds the file's name.
ImageHeader read_image_header(const std::vector<std::uint8_t>& bytes);

/// A bounds-checked view of bytes with both byte orders.
class ByteView {
  public:
    ByteView(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

    std::size_t size() const { return size_; }
    const std::uint8_t* data() const { return data_; }
    /// True if `count` bytes lie at `offset`.
    bool has(std::size_t offset, std::size_t count) const {
        return offset <= size_ && count <= size_ - offset;
    }
    bool starts_with(std::size_t offset, const char* text) const;
    /// @throws Error(Input) "truncated" if the bytes lie outside.
    std::uint8_t u8(std::size_t offset) const;
    std::uint16_t u16(std::size_t offset, bool big_endian) const;
    std::uint32_t u32(std::size_t offset, bool big_endian) const;
    ByteView part(std::size_t offset, std::size_t count) const;

  private:
    void require(std::size_t offset, std::size_t count) const;

    const std::uint8_t* data_;
    std::size_t size_;
};

/// First image directory of a TIFF file or an EXIF block.
struct TiffDirectory {
    std::int64_t width = 0;
    std::int64_t height = 0;
    int orientation = 1;
    std::size_t orientation_offset = 0;
    int extra_sample = -1;
    int photometric = -1;            ///< PhotometricInterpretation tag, -1 without
    std::size_t profile_offset = 0;  ///< of the ICC profile
    std::size_t profile_size = 0;    ///< 0: the file has none
    bool pixels_within_file = true;  ///< false: a strip or tile lies outside
};

/// @throws Error(Input) if the directory is not within the bytes or the byte order mark is wrong.
TiffDirectory read_tiff_directory(const ByteView& tiff);

}  // namespace vasa::media
