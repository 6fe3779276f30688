// SPDX-License-Identifier: Apache-2.0
#include "embedded_profile.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include <lcms2.h>
#include <zlib.h>

namespace vasa::media {
namespace {

/// Larger profiles are taken for damage: those of printers have up to 4 MB.
constexpr std::size_t kMaxProfileBytes = std::size_t{16} << 20;
/// Differences of gamma and chromaticities that are rounding.
constexpr double kSameGamma = 0.01, kSameChromaticity = 0.002;

constexpr double kSrgbFileGamma = 0.45455;
constexpr std::array<double, 8> kSrgb = {0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06};
constexpr std::array<double, 8> kDisplayP3 = {0.3127, 0.3290, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06};
constexpr std::array<double, 8> kBt2020 = {
    0.3127, 0.3290, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046};

/// Bytes of a zlib stream; nothing if it is damaged or too long.
std::vector<std::uint8_t> inflated(const ByteView& stream) {
    z_stream zlib = {};
    if (inflateInit(&zlib) != Z_OK) {
        return {};
    }
    // zlib does not write to its input.
    zlib.next_in = const_cast<Bytef*>(stream.data());
    zlib.avail_in = static_cast<uInt>(stream.size());
    std::vector<std::uint8_t> out;
    int status = Z_OK;
    while (status == Z_OK && out.size() < kMaxProfileBytes) {
        std::uint8_t buffer[16384];
        zlib.next_out = buffer;
        zlib.avail_out = sizeof buffer;
        status = inflate(&zlib, Z_NO_FLUSH);
        out.insert(out.end(), buffer, buffer + (sizeof buffer - zlib.avail_out));
    }
    inflateEnd(&zlib);
    if (status != Z_STREAM_END) {
        out.clear();
    }
    return out;
}

bool is_near(const std::array<double, 8>& a, const std::array<double, 8>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) {
        return std::fabs(x - y) < kSameChromaticity;
    });
}

cmsToneCurve* srgb_curve(cmsContext context) {
    // IEC 61966-2-1: (a x + b)^gamma above d, c x below.
    const double parameters[] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
    return cmsBuildParametricToneCurve(context, 4, parameters);
}

}  // namespace

void JpegProfileParts::add(const ByteView& segment) {
    constexpr std::size_t kName = 2, kNumber = 14, kCount = 15, kBody = 16;
    if (!segment.starts_with(kName, "ICC_PROFILE") || segment.size() < kBody) {
        return;
    }
    const std::size_t number = segment.u8(kNumber), count = segment.u8(kCount);
    parts_.resize(std::max(parts_.size(), count));
    if (number < 1 || number > count || count != parts_.size() || !parts_[number - 1].empty()) {
        is_damaged_ = true;
        return;
    }
    parts_[number - 1].assign(segment.data() + kBody, segment.data() + segment.size());
    ++num_found_;
}

void JpegProfileParts::finish(ImageHeader& header) const {
    if (is_damaged_ || num_found_ < parts_.size()) {
        header.profile_damage = "incomplete";
        return;
    }
    for (const std::vector<std::uint8_t>& part : parts_) {
        header.profile.insert(header.profile.end(), part.begin(), part.end());
    }
}

void PngColour::add(const ByteView& type, const ByteView& chunk) {
    const auto number = [&](std::size_t i) { return chunk.u32(4 * i, true) / 100000.0; };
    if (type.starts_with(0, "sRGB")) {
        is_srgb_ = true;
    } else if (type.starts_with(0, "gAMA") && chunk.size() >= 4 && number(0) > 0) {
        file_gamma_ = number(0);
    } else if (type.starts_with(0, "cHRM") && chunk.size() >= 32) {
        chromaticities_.emplace();
        for (std::size_t i = 0; i < chromaticities_->size(); ++i) {
            (*chromaticities_)[i] = number(i);
        }
    } else if (type.starts_with(0, "cICP") && chunk.size() >= 2) {
        code_points_ = {chunk.u8(0), chunk.u8(1)};
    } else if (type.starts_with(0, "iCCP")) {
        has_profile_ = true;
        const std::uint8_t* end = chunk.data() + chunk.size();
        const std::uint8_t* name_end = std::find(chunk.data(), end, 0);
        if (end - name_end > 2 && name_end[1] == 0) {
            profile_ = inflated({name_end + 2, static_cast<std::size_t>(end - name_end - 2)});
        }
    }
}

void PngColour::finish(ImageHeader& header) const {
    if (code_points_) {
        header.profile =
            profile_of_code_points((*code_points_)[0], (*code_points_)[1], header.profile_damage);
        return;
    }
    if (has_profile_) {
        header.profile = profile_;
        header.profile_damage = profile_.empty() ? "its compressed data cannot be read" : "";
        return;
    }
    header.is_adobe_rgb = header.is_adobe_rgb && !is_srgb_ && !file_gamma_;
    if (is_srgb_ || !file_gamma_) {
        return;
    }
    const std::array<double, 8> chromaticities = chromaticities_.value_or(kSrgb);
    if (std::fabs(*file_gamma_ - kSrgbFileGamma) < kSameGamma && is_near(chromaticities, kSrgb)) {
        return;
    }
    header.profile = make_rgb_profile(chromaticities, 1 / *file_gamma_);
    header.profile_damage = header.profile.empty() ? "its chromaticities span no colours" : "";
}

std::vector<std::uint8_t> png_without_profile(const std::vector<std::uint8_t>& png) {
    constexpr std::size_t kSignature = 8, kFrame = 12;  // length, type and checksum of a chunk
    const ByteView file(png.data(), png.size());
    std::vector<std::uint8_t> result(
        png.begin(), png.begin() + static_cast<std::ptrdiff_t>(std::min(png.size(), kSignature)));
    std::size_t at = result.size();
    while (at + kFrame <= png.size() && !file.starts_with(at + 4, "IDAT")) {
        const std::size_t length = file.u32(at, true);
        if (length > png.size() - at - kFrame) {
            return png;
        }
        const std::size_t next = at + kFrame + length;
        if (!file.starts_with(at + 4, "iCCP")) {
            result.insert(result.end(),
                          png.begin() + static_cast<std::ptrdiff_t>(at),
                          png.begin() + static_cast<std::ptrdiff_t>(next));
        }
        at = next;
    }
    result.insert(result.end(), png.begin() + static_cast<std::ptrdiff_t>(at), png.end());
    return result;
}

std::vector<std::uint8_t> make_rgb_profile(const std::array<double, 8>& chromaticities,
                                           double gamma) {
    const std::unique_ptr<_cmsContext_struct, decltype(&cmsDeleteContext)> context(
        cmsCreateContext(nullptr, nullptr), &cmsDeleteContext);
    const auto& c = chromaticities;
    const cmsCIExyY white = {c[0], c[1], 1};
    const cmsCIExyYTRIPLE primaries = {{c[2], c[3], 1}, {c[4], c[5], 1}, {c[6], c[7], 1}};
    for (const double y : {c[1], c[3], c[5], c[7]}) {
        if (!(y > 0)) {
            return {};
        }
    }
    const std::unique_ptr<cmsToneCurve, decltype(&cmsFreeToneCurve)> curve(
        gamma > 0 ? cmsBuildGamma(context.get(), gamma) : srgb_curve(context.get()),
        &cmsFreeToneCurve);
    cmsToneCurve* const curves[] = {curve.get(), curve.get(), curve.get()};
    cmsHPROFILE profile = cmsCreateRGBProfileTHR(context.get(), &white, &primaries, curves);
    std::vector<std::uint8_t> bytes;
    if (profile != nullptr) {
        cmsUInt32Number size = 0;
        if (cmsSaveProfileToMem(profile, nullptr, &size)) {
            bytes.resize(size);
            if (!cmsSaveProfileToMem(profile, bytes.data(), &size)) {
                bytes.clear();
            }
        }
        cmsCloseProfile(profile);
    }
    return bytes;
}

std::vector<std::uint8_t> profile_of_code_points(int primaries, int transfer, std::string& damage) {
    // 2 and 0 mean that nothing is known.
    const auto& chromaticities = primaries == 9 ? kBt2020 : primaries == 12 ? kDisplayP3 : kSrgb;
    constexpr int kPq = 16, kHlg = 18;
    if (transfer == kPq || transfer == kHlg) {
        damage = "high dynamic range is not converted";
        return {};
    }
    const double gamma = transfer == 4 ? 2.2 : transfer == 5 ? 2.8 : transfer == 8 ? 1.0 : 0.0;
    if (gamma == 0.0 && &chromaticities == &kSrgb) {
        return {};
    }
    return make_rgb_profile(chromaticities, gamma);
}

}  // namespace vasa::media
