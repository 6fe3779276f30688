// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image_header.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vasa::media {

/// Joins the parts of a JPEG's ICC profile, which its APP2 segments carry in any order.
/// Source: ICC.1:2022, annex B.4.
class JpegProfileParts {
  public:
    /// @param segment  an APP2 segment, its length first; segments of other kinds are passed over
    void add(const ByteView& segment);
    /// Puts the profile, or why it cannot be used, into the header; nothing if there is none.
    void finish(ImageHeader& header) const;

  private:
    std::vector<std::vector<std::uint8_t>> parts_;  ///< by number; empty where missing
    std::size_t num_found_ = 0;
    bool is_damaged_ = false;
};

/// What the chunks before a PNG's pixels say about its colours.
/// Source: Portable Network Graphics Specification (third edition), 11.3.2.
class PngColour {
  public:
    /// @param type  four letters; chunks of other kinds are passed over
    void add(const ByteView& type, const ByteView& chunk);
    /// Puts a profile, or why it cannot be used, into the header: cICP counts before iCCP, iCCP
    /// before sRGB, sRGB before gAMA with cHRM. Nothing if the picture is sRGB.
    void finish(ImageHeader& header) const;

  private:
    bool is_srgb_ = false;
    std::optional<double> file_gamma_;                     ///< exponent of encoding, about 0.45
    std::optional<std::array<double, 8>> chromaticities_;  ///< white, red, green, blue; x and y
    std::optional<std::array<int, 2>> code_points_;        ///< primaries and transfer of cICP
    std::vector<std::uint8_t> profile_;
    bool has_profile_ = false;
};

/// A PNG without the ICC profile before its pixels: the decoder would check it and write to
/// standard error what it does not like. Damaged files stay as they are.
std::vector<std::uint8_t> png_without_profile(const std::vector<std::uint8_t>& png);

/// ICC profile of an RGB space in which value = light^(1 / gamma).
/// @param chromaticities  x and y of white, red, green and blue
/// @param gamma           0: the curve of sRGB
/// @return                empty if the chromaticities span no colour space
std::vector<std::uint8_t> make_rgb_profile(const std::array<double, 8>& chromaticities,
                                           double gamma);

/// ICC profile of a picture whose colours are given by code points.
/// @param primaries, transfer  as in ITU-T H.273, tables 2 and 3
/// @param damage               says why there is no profile although the space is not sRGB
/// @return                     empty for sRGB and for unknown code points
std::vector<std::uint8_t> profile_of_code_points(int primaries, int transfer, std::string& damage);

}  // namespace vasa::media
