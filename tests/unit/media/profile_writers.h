// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image_writers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include <lcms2.h>

// ICC profiles made by Little CMS, and pictures that carry them.

inline Bytes bytes_of_profile(cmsHPROFILE profile) {
    cmsUInt32Number size = 0;
    cmsSaveProfileToMem(profile, nullptr, &size);
    Bytes bytes(size);
    cmsSaveProfileToMem(profile, bytes.data(), &size);
    cmsCloseProfile(profile);
    return bytes;
}

/// @param xy     chromaticities of red, green and blue
/// @param gamma  0: the curve of sRGB
inline Bytes rgb_profile(const std::array<double, 6>& xy, double gamma) {
    const cmsCIExyY white = {0.3127, 0.3290, 1};
    const cmsCIExyYTRIPLE primaries = {{xy[0], xy[1], 1}, {xy[2], xy[3], 1}, {xy[4], xy[5], 1}};
    const double srgb[] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
    cmsToneCurve* const curve =
        gamma > 0 ? cmsBuildGamma(nullptr, gamma) : cmsBuildParametricToneCurve(nullptr, 4, srgb);
    cmsToneCurve* const curves[] = {curve, curve, curve};
    const Bytes bytes = bytes_of_profile(cmsCreateRGBProfile(&white, &primaries, curves));
    cmsFreeToneCurve(curve);
    return bytes;
}

inline Bytes grey_profile(double gamma) {
    cmsToneCurve* const curve = cmsBuildGamma(nullptr, gamma);
    const Bytes bytes = bytes_of_profile(cmsCreateGrayProfile(cmsD50_xyY(), curve));
    cmsFreeToneCurve(curve);
    return bytes;
}

/// Linear sRGB light of inks 0..1, in a press whose inks are stronger than those of a formula
/// without a profile.
inline std::array<double, 3> light_of_inks(const std::array<double, 4>& inks) {
    std::array<double, 3> light = {};
    for (std::size_t i = 0; i < 3; ++i) {
        light[i] = std::pow((1 - 0.9 * inks[i]) * (1 - 0.95 * inks[3]), 3.4);
    }
    return light;
}

inline std::array<std::uint8_t, 3> srgb_of_light(const std::array<double, 3>& light) {
    std::array<std::uint8_t, 3> srgb = {};
    for (std::size_t i = 0; i < 3; ++i) {
        const double x = light[i];
        const double value = x <= 0.0031308 ? 12.92 * x : 1.055 * std::pow(x, 1 / 2.4) - 0.055;
        srgb[i] = static_cast<std::uint8_t>(std::lround(255 * value));
    }
    return srgb;
}

/// The profile of light_of_inks(): a table from inks to CIE L*a*b*.
inline Bytes cmyk_profile() {
    cmsHPROFILE profile = cmsCreateProfilePlaceholder(nullptr);
    cmsSetProfileVersion(profile, 2.4);
    cmsSetDeviceClass(profile, cmsSigOutputClass);
    cmsSetColorSpace(profile, cmsSigCmykData);
    cmsSetPCS(profile, cmsSigLabData);
    cmsPipeline* const pipeline = cmsPipelineAlloc(nullptr, 4, 3);
    cmsStage* const table = cmsStageAllocCLut16bit(nullptr, 13, 4, 3, nullptr);
    const auto sample = [](const cmsUInt16Number in[], cmsUInt16Number out[], void* data) {
        const auto light =
            light_of_inks({in[0] / 65535.0, in[1] / 65535.0, in[2] / 65535.0, in[3] / 65535.0});
        const double rgb[] = {light[0], light[1], light[2]};
        cmsCIELab lab;
        cmsDoTransform(data, rgb, &lab, 1);
        cmsFloat2LabEncodedV2(out, &lab);
        return 1;
    };
    const cmsCIExyY white = {0.3127, 0.3290, 1};
    const cmsCIExyYTRIPLE primaries = {{0.64, 0.33, 1}, {0.30, 0.60, 1}, {0.15, 0.06, 1}};
    cmsToneCurve* const line = cmsBuildGamma(nullptr, 1.0);
    cmsToneCurve* const lines[] = {line, line, line};
    cmsHPROFILE linear = cmsCreateRGBProfile(&white, &primaries, lines);
    cmsHPROFILE lab = cmsCreateLab2Profile(nullptr);
    cmsHTRANSFORM to_lab = cmsCreateTransform(
        linear, TYPE_RGB_DBL, lab, TYPE_Lab_DBL, INTENT_RELATIVE_COLORIMETRIC, 0);
    cmsStageSampleCLut16bit(table, sample, to_lab, 0);
    cmsPipelineInsertStage(pipeline, cmsAT_BEGIN, table);
    cmsWriteTag(profile, cmsSigMediaWhitePointTag, cmsD50_XYZ());
    cmsWriteTag(profile, cmsSigAToB0Tag, pipeline);
    cmsDeleteTransform(to_lab);
    cmsCloseProfile(lab);
    cmsCloseProfile(linear);
    cmsFreeToneCurve(line);
    cmsPipelineFree(pipeline);
    return bytes_of_profile(profile);
}

/// A zlib stream of stored blocks.
inline Bytes zlib_stored(const Bytes& raw) {
    Bytes stream = {0x78, 0x01};
    constexpr std::size_t kBlock = 65535;
    for (std::size_t begin = 0; begin < raw.size(); begin += kBlock) {
        const std::size_t size = std::min(kBlock, raw.size() - begin);
        stream.push_back(begin + size == raw.size() ? 1 : 0);
        append_number(stream, size, 2, false);
        append_number(stream, ~size & 0xffff, 2, false);
        stream.insert(stream.end(),
                      raw.begin() + static_cast<long>(begin),
                      raw.begin() + static_cast<long>(begin + size));
    }
    std::uint32_t a = 1, b = 0;
    for (const std::uint8_t byte : raw) {
        a = (a + byte) % 65521;
        b = (b + a) % 65521;
    }
    append_number(stream, b << 16 | a, 4, true);
    return stream;
}

/// Inserts a chunk after the header of a PNG.
inline Bytes png_with_chunk(const Bytes& png, const std::string& type, const Bytes& body) {
    constexpr long kHeaderEnd = 8 + 12 + 13;
    Bytes out(png.begin(), png.begin() + kHeaderEnd);
    append_png_chunk(out, type, body);
    out.insert(out.end(), png.begin() + kHeaderEnd, png.end());
    return out;
}

inline Bytes png_with_profile(const Bytes& png, const Bytes& profile) {
    Bytes body = {'p', 0, 0};
    append(body, zlib_stored(profile));
    return png_with_chunk(png, "iCCP", body);
}

/// Inserts the profile in segments of at most `part_size` bytes, in reverse order.
inline Bytes jpeg_with_profile(const Bytes& jpeg,
                               const Bytes& profile,
                               std::size_t part_size = 60000) {
    const std::size_t num_parts = (profile.size() + part_size - 1) / part_size;
    Bytes out = {0xff, 0xd8};
    for (std::size_t part = num_parts; part-- > 0;) {
        const std::size_t begin = part * part_size;
        const std::size_t size = std::min(part_size, profile.size() - begin);
        append(out, Bytes{0xff, 0xe2});
        append_number(out, 2 + 14 + size, 2, true);
        append(out, std::string("ICC_PROFILE"));
        append(out,
               Bytes{0, static_cast<std::uint8_t>(part + 1), static_cast<std::uint8_t>(num_parts)});
        out.insert(out.end(),
                   profile.begin() + static_cast<long>(begin),
                   profile.begin() + static_cast<long>(begin + size));
    }
    out.insert(out.end(), jpeg.begin() + 2, jpeg.end());
    return out;
}

/// A simple WebP in the extended container, with a profile.
inline Bytes webp_with_profile(const Bytes& webp, int width, int height, const Bytes& profile) {
    Bytes body;
    append(body, std::string("WEBPVP8X"));
    append_number(body, 10, 4, false);
    append_number(body, 0x20, 4, false);
    append_number(body, static_cast<std::uint64_t>(width - 1), 3, false);
    append_number(body, static_cast<std::uint64_t>(height - 1), 3, false);
    append(body, std::string("ICCP"));
    append_number(body, profile.size(), 4, false);
    append(body, profile);
    body.resize(body.size() + profile.size() % 2);
    body.insert(body.end(), webp.begin() + 12, webp.end());
    Bytes out;
    append(out, std::string("RIFF"));
    append_number(out, body.size(), 4, false);
    append(out, body);
    return out;
}
