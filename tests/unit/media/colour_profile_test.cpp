// SPDX-License-Identifier: Apache-2.0
#include "ink_tiff.h"
#include "jpeg_writer.h"
#include "log_lines.h"
#include "profile_writers.h"
#include "sample_images.h"
#include "support/test_folder.h"

#include "vasa/media/image_file.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using core::ImageU8;

namespace {

constexpr int kWidth = 64, kHeight = 48;
constexpr std::array<double, 6> kDisplayP3 = {0.68, 0.32, 0.265, 0.69, 0.15, 0.06};
constexpr std::array<double, 6> kAdobeRgb = {0.64, 0.33, 0.21, 0.71, 0.15, 0.06};
constexpr std::array<double, 6> kWideGamut = {0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001};
constexpr std::array<double, 6> kSrgb = {0.64, 0.33, 0.30, 0.60, 0.15, 0.06};

/// sRGB colours that change slowly from pixel to pixel, skin among them.
Bytes sample_colours() {
    Bytes rgb;
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            const double u = double(x) / kWidth, v = double(y) / kHeight;
            rgb.push_back(static_cast<std::uint8_t>(60 + 170 * u));
            rgb.push_back(static_cast<std::uint8_t>(50 + 140 * v));
            rgb.push_back(static_cast<std::uint8_t>(60 + 70 * u + 60 * (1 - v)));
        }
    }
    return rgb;
}

/// sRGB values in the space of a profile.
Bytes into_space(const Bytes& srgb, const Bytes& profile) {
    cmsHPROFILE from = cmsCreate_sRGBProfile();
    cmsHPROFILE to =
        cmsOpenProfileFromMem(profile.data(), static_cast<cmsUInt32Number>(profile.size()));
    const bool is_grey = cmsGetColorSpace(to) == cmsSigGrayData;
    cmsHTRANSFORM transform = cmsCreateTransform(
        from, TYPE_RGB_8, to, is_grey ? TYPE_GRAY_8 : TYPE_RGB_8, INTENT_RELATIVE_COLORIMETRIC, 0);
    Bytes out(is_grey ? srgb.size() / 3 : srgb.size());
    cmsDoTransform(
        transform, srgb.data(), out.data(), static_cast<cmsUInt32Number>(srgb.size() / 3));
    cmsDeleteTransform(transform);
    cmsCloseProfile(from);
    cmsCloseProfile(to);
    return out;
}

/// Mean CIE76 colour difference of two sRGB pictures.
double mean_delta_e(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
    REQUIRE(a.size() == b.size());
    cmsHPROFILE srgb = cmsCreate_sRGBProfile();
    cmsHPROFILE lab = cmsCreateLab4Profile(nullptr);
    cmsHTRANSFORM transform = cmsCreateTransform(
        srgb, TYPE_RGB_8, lab, TYPE_Lab_DBL, INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOOPTIMIZE);
    std::vector<cmsCIELab> first(a.size() / 3), second(a.size() / 3);
    cmsDoTransform(transform, a.data(), first.data(), static_cast<cmsUInt32Number>(first.size()));
    cmsDoTransform(transform, b.data(), second.data(), static_cast<cmsUInt32Number>(first.size()));
    cmsDeleteTransform(transform);
    cmsCloseProfile(srgb);
    cmsCloseProfile(lab);
    double sum = 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
        sum += cmsDeltaE(&first[i], &second[i]);
    }
    return sum / static_cast<double>(first.size());
}

ImageU8 load_bytes(const Bytes& bytes) {
    const TestFolder folder;
    write_bytes(folder / "picture", bytes);
    return media::load_image(folder / "picture");
}

Bytes jpeg_of(const Bytes& samples, int channels) {
    return make_jpeg({kWidth, kHeight, channels}, samples);
}

/// The samples in each format, with the profile.
std::vector<std::pair<std::string, Bytes>> files_with(const Bytes& samples,
                                                      int channels,
                                                      const Bytes& profile) {
    const PngSpec png = {kWidth, kHeight, 8, channels == 3 ? 2 : 0, 0};
    TiffSpec tiff = {kWidth, kHeight, 8, channels, true, 1, -1};
    tiff.profile = profile;
    TiffSpec deep_tiff = tiff;
    deep_tiff.bits = 16;
    const std::vector<std::uint16_t> values(samples.begin(), samples.end());
    std::vector<std::uint16_t> deep;
    for (const std::uint8_t value : samples) {
        deep.push_back(static_cast<std::uint16_t>(value * 257));
    }
    return {{"PNG", png_with_profile(make_png(png, samples), profile)},
            {"JPEG", jpeg_with_profile(jpeg_of(samples, channels), profile)},
            {"JPEG in parts", jpeg_with_profile(jpeg_of(samples, channels), profile, 100)},
            {"TIFF", make_tiff(tiff, values)},
            {"TIFF of 16 bits", make_tiff(deep_tiff, deep)}};
}

}  // namespace

TEST_CASE("pictures with a profile look as in sRGB, in every format", "[media]") {
    const Bytes srgb = sample_colours();
    const LogLines log;
    for (const auto& [primaries, gamma] :
         {std::pair{kDisplayP3, 2.2}, {kAdobeRgb, 2.199}, {kWideGamut, 1.8}}) {
        const Bytes profile = rgb_profile(primaries, gamma);
        const Bytes values = into_space(srgb, profile);
        CAPTURE(primaries[2]);
        REQUIRE(mean_delta_e(values, srgb) > 3);
        for (const auto& [format, bytes] : files_with(values, 3, profile)) {
            CAPTURE(format);
            CHECK(mean_delta_e(load_bytes(bytes).data, srgb) < 1);
        }
    }
    CHECK(log.warnings.empty());
}

TEST_CASE("the profile of a WebP counts", "[media]") {
    const Bytes profile = rgb_profile(kSrgb, 1.0);
    const ImageU8 image = load_bytes(webp_with_profile(from_hex(kLosslessWebP), 16, 8, profile));
    // 200, 60 and 40 as amounts of light.
    CHECK(std::abs(image.at(2, 4)[0] - 229) <= 1);
    CHECK(std::abs(image.at(2, 4)[1] - 133) <= 1);
    CHECK(std::abs(image.at(2, 4)[2] - 110) <= 1);
}

TEST_CASE("grey profiles count for grey and for grey written as colours", "[media]") {
    Bytes srgb;
    for (const std::uint8_t value : sample_colours()) {
        srgb.insert(srgb.end(), 3, value);
    }
    srgb.resize(std::size_t{3} * kWidth * kHeight);
    const Bytes profile = grey_profile(1.5);
    const Bytes values = into_space(srgb, profile);
    Bytes as_colours;
    for (const std::uint8_t value : values) {
        as_colours.insert(as_colours.end(), 3, value);
    }
    REQUIRE(mean_delta_e(as_colours, srgb) > 3);
    for (const int channels : {1, 3}) {
        for (const auto& [format, bytes] :
             files_with(channels == 1 ? values : as_colours, channels, profile)) {
            CAPTURE(format, channels);
            CHECK(mean_delta_e(load_bytes(bytes).data, srgb) < 1);
        }
    }
}

TEST_CASE("CMYK is converted by its own profile, in JPEG and TIFF", "[media]") {
    Bytes inks, expected;
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            const std::array<std::uint8_t, 4> ink = {static_cast<std::uint8_t>(2 * x),
                                                     static_cast<std::uint8_t>(3 * y),
                                                     static_cast<std::uint8_t>(40 + x + y),
                                                     static_cast<std::uint8_t>(2 * (x + y) / 3)};
            inks.insert(inks.end(), ink.begin(), ink.end());
            const auto rgb = srgb_of_light(
                light_of_inks({ink[0] / 255.0, ink[1] / 255.0, ink[2] / 255.0, ink[3] / 255.0}));
            expected.insert(expected.end(), rgb.begin(), rgb.end());
        }
    }
    const Bytes profile = cmyk_profile();
    const Bytes jpeg = jpeg_of(inks, 4);
    CHECK(mean_delta_e(load_bytes(jpeg_with_profile(jpeg, profile)).data, expected) < 1);
    CHECK(mean_delta_e(load_bytes(jpeg).data, expected) > 3);
    for (const int bits : {8, 16}) {
        CAPTURE(bits);
        TiffSpec spec = {kWidth, kHeight, bits, 4, false, 1, -1};
        spec.is_cmyk = true;
        spec.profile = profile;
        std::vector<std::uint16_t> samples;
        for (const std::uint8_t ink : inks) {
            samples.push_back(static_cast<std::uint16_t>(ink * (bits == 8 ? 1 : 257)));
        }
        CHECK(mean_delta_e(load_bytes(make_tiff(spec, samples)).data, expected) < 1);
        spec.profile.clear();
        CHECK(mean_delta_e(load_bytes(make_tiff(spec, samples)).data, load_bytes(jpeg).data) < 1);
    }
}

TEST_CASE("CMYK in tiles and in planes is the same picture as in rows", "[media]") {
    Bytes inks;
    for (int i = 0; i < 5 * kWidth * kHeight; ++i) {
        inks.push_back(static_cast<std::uint8_t>(i * 37 % 251));
    }
    const Bytes profile = cmyk_profile();
    for (const int bits : {8, 16}) {
        for (const std::uint16_t samples : {4, 5}) {  // the fifth is alpha
            std::vector<ImageU8> images;
            for (const bool is_tiled : {false, true}) {
                for (const bool is_planar : {false, true}) {
                    const TestFolder folder;
                    const InkLayout layout = {kWidth, kHeight, samples, bits, is_tiled, is_planar};
                    write_ink_tiff(folder / "x.tif", layout, inks, profile);
                    images.push_back(media::load_image(folder / "x.tif"));
                }
            }
            CAPTURE(bits, samples);
            for (const ImageU8& image : images) {
                CHECK(image.data == images[0].data);
            }
        }
    }
}

TEST_CASE("a camera's Adobe RGB without a profile looks as in sRGB", "[media]") {
    const Bytes srgb = sample_colours();
    const Bytes values = into_space(srgb, rgb_profile(kAdobeRgb, 563.0 / 256));
    const Bytes jpeg = jpeg_of(values, 3);
    const Bytes png = make_png({kWidth, kHeight, 8, 2, 0}, values);
    const auto error_of = [&](const Bytes& bytes) {
        return mean_delta_e(load_bytes(bytes).data, srgb);
    };
    REQUIRE(error_of(jpeg) > 3);
    for (const bool big : {false, true}) {
        CAPTURE(big);
        const Bytes uncalibrated = exif_of_camera(0xffff, "R03", big);
        CHECK(error_of(jpeg_with_exif(jpeg, uncalibrated)) < 1);
        CHECK(error_of(jpeg_with_exif(jpeg, exif_of_camera(2, "", big))) < 1);
        CHECK(error_of(png_with_chunk(png, "eXIf", uncalibrated)) < 1);
    }
    // What says more about the colours counts more.
    const Bytes adobe = exif_of_camera(0xffff, "R03", true);
    CHECK(load_bytes(png_with_chunk(png_with_chunk(png, "eXIf", adobe), "sRGB", {0})).data ==
          values);
    const Bytes p3 = rgb_profile(kDisplayP3, 2.2);
    const Bytes p3_jpeg = jpeg_with_exif(jpeg_of(into_space(srgb, p3), 3), adobe);
    CHECK(error_of(jpeg_with_profile(p3_jpeg, p3)) < 1);
    // sRGB cameras write R98.
    const Bytes plain = jpeg_of(srgb, 3);
    CHECK(load_bytes(jpeg_with_exif(plain, exif_of_camera(1, "R98", true))).data ==
          load_bytes(plain).data);
}

TEST_CASE("every cut and spoilt byte of an EXIF block gives a picture", "[media]") {
    const Bytes jpeg = jpeg_of(sample_colours(), 3);
    const Bytes good = exif_of_camera(0xffff, "R03", false);
    for (std::size_t size = 1; size < good.size(); ++size) {
        CAPTURE(size);
        const Bytes cut(good.begin(), good.begin() + static_cast<long>(size));
        CHECK(load_bytes(jpeg_with_exif(jpeg, cut)).width > 0);
        for (const std::uint8_t value : {0, 255}) {
            Bytes spoilt = good;
            spoilt[size] = value;
            CHECK(load_bytes(jpeg_with_exif(jpeg, spoilt)).width > 0);
        }
    }
}

TEST_CASE("a profile of sRGB changes no pixel", "[media]") {
    cmsHPROFILE srgb = cmsCreate_sRGBProfile();
    const Bytes colours = sample_colours();
    const Bytes png = make_png({kWidth, kHeight, 8, 2, 0}, colours);
    CHECK(load_bytes(png_with_profile(png, bytes_of_profile(srgb))).data == colours);
}

TEST_CASE("alpha and 16 bits go together with a profile", "[media]") {
    const Bytes profile = rgb_profile(kDisplayP3, 2.2);
    const Bytes colour = into_space({200, 60, 40}, profile);
    Bytes deep;
    for (const int alpha : {255, 0}) {
        for (const int value : {int{colour[0]}, int{colour[1]}, int{colour[2]}, alpha}) {
            append_number(deep, static_cast<std::uint64_t>(value) * 257, 2, true);
        }
    }
    const ImageU8 image = load_bytes(png_with_profile(make_png({2, 1, 16, 6, 0}, deep), profile));
    CHECK(std::abs(image.at(0, 0)[0] - 200) <= 2);
    CHECK(std::abs(image.at(0, 0)[1] - 60) <= 2);
    CHECK(std::abs(image.at(0, 0)[2] - 40) <= 2);
    CHECK(int{image.at(1, 0)[0]} == 128);
}

TEST_CASE("premultiplied colours are converted as the colours they stand for", "[media]") {
    const Bytes profile = rgb_profile(kAdobeRgb, 2.2);
    const Bytes colour = into_space({180, 120, 60}, profile);
    const auto pixel_of = [&](int extra_sample, int alpha) {
        TiffSpec spec = {1, 1, 8, 4, false, 1, extra_sample};
        spec.profile = profile;
        std::vector<std::uint16_t> samples;
        for (const std::uint8_t value : colour) {
            samples.push_back(
                static_cast<std::uint16_t>(extra_sample == 1 ? value * alpha / 255 : value));
        }
        samples.push_back(static_cast<std::uint16_t>(alpha));
        return load_bytes(make_tiff(spec, samples)).data;
    };
    const auto plain = pixel_of(2, 128), premultiplied = pixel_of(1, 128);
    const int expected[] = {154, 124, 94};  // half over the grey 128
    for (std::size_t c = 0; c < 3; ++c) {
        CHECK(std::abs(plain[c] - expected[c]) <= 3);
        CHECK(std::abs(premultiplied[c] - expected[c]) <= 3);
    }
}

TEST_CASE("gamma and chromaticities of a PNG count where it has no profile", "[media]") {
    const Bytes srgb = sample_colours();
    const Bytes profile = rgb_profile(kAdobeRgb, 2.2);
    const Bytes values = into_space(srgb, profile);
    Bytes gamma, chromaticities;
    append_number(gamma, 45455, 4, true);
    for (const int value : {31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000}) {
        append_number(chromaticities, static_cast<std::uint64_t>(value), 4, true);
    }
    const Bytes png = make_png({kWidth, kHeight, 8, 2, 0}, values);
    const Bytes described =
        png_with_chunk(png_with_chunk(png, "cHRM", chromaticities), "gAMA", gamma);
    CHECK(mean_delta_e(load_bytes(described).data, srgb) < 1);
    CHECK(load_bytes(png_with_chunk(described, "sRGB", {0})).data == values);
    // Code points say Display P3.
    const Bytes p3 = into_space(srgb, rgb_profile(kDisplayP3, 0));
    const Bytes coded =
        png_with_chunk(make_png({kWidth, kHeight, 8, 2, 0}, p3), "cICP", {12, 13, 0, 1});
    CHECK(mean_delta_e(load_bytes(coded).data, srgb) < 1);
}

TEST_CASE("damaged and foreign profiles leave the picture as it is, with a warning", "[media]") {
    const Bytes colours = sample_colours();
    const Bytes png = make_png({kWidth, kHeight, 8, 2, 0}, colours);
    const Bytes good = rgb_profile(kDisplayP3, 2.2);
    const Bytes cut(good.begin(), good.begin() + 100);
    const auto is_kept = [&](const Bytes& bytes) {
        const LogLines log;
        const ImageU8 image = load_bytes(bytes);
        return image.data == colours && log.warnings.size() == 1 && log.mention("sRGB is assumed");
    };
    CHECK(is_kept(png_with_profile(png, cut)));
    CHECK(is_kept(png_with_profile(png, Bytes(500, 7))));
    CHECK(is_kept(png_with_profile(png, cmyk_profile())));
    CHECK(is_kept(png_with_profile(png, grey_profile(1.5))));
    CHECK(is_kept(png_with_chunk(png, "iCCP", {'p', 0, 0, 1, 2, 3})));
    CHECK(is_kept(png_with_chunk(png, "cICP", {9, 16, 0, 1})));
    TiffSpec tiff = {kWidth, kHeight, 8, 3, false, 1, -1};
    tiff.profile = good;
    Bytes short_tiff = make_tiff(tiff, {colours.begin(), colours.end()});
    short_tiff.resize(short_tiff.size() - 10);
    CHECK(is_kept(short_tiff));
}

TEST_CASE("an incomplete profile of a JPEG is left out, with a warning", "[media]") {
    const Bytes plain = jpeg_of(sample_colours(), 3);
    Bytes jpeg = jpeg_with_profile(plain, rgb_profile(kDisplayP3, 2.2), 100);
    const std::size_t first_segment = 2u + jpeg[4] * 256u + jpeg[5];
    jpeg.erase(jpeg.begin() + 2, jpeg.begin() + 2 + static_cast<long>(first_segment));
    const LogLines log;
    CHECK(load_bytes(jpeg).data == load_bytes(plain).data);
    CHECK(log.mention("sRGB is assumed"));
}

TEST_CASE("every cut and spoilt byte of a profile gives a picture", "[media]") {
    const Bytes png = make_png({1, 1, 8, 2, 0}, {200, 60, 40});
    const Bytes good = rgb_profile(kSrgb, 1.0);
    for (std::size_t size = 1; size < good.size(); size += 3) {
        CAPTURE(size);
        Bytes cut(good.begin(), good.begin() + static_cast<long>(size));
        CHECK(load_bytes(png_with_profile(png, cut)).width == 1);
        Bytes spoilt = good;
        spoilt[size] = static_cast<std::uint8_t>(~spoilt[size]);
        CHECK(load_bytes(png_with_profile(png, spoilt)).width == 1);
    }
}
