// SPDX-License-Identifier: Apache-2.0
#include "colour_profile.h"

#include "vasa/core/parallel.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include <lcms2.h>
#include <opencv2/imgproc.hpp>

namespace vasa::media {
namespace {

using Context = std::unique_ptr<_cmsContext_struct, decltype(&cmsDeleteContext)>;

struct CloseProfile {
    void operator()(void* profile) const { cmsCloseProfile(profile); }
};
using Profile = std::unique_ptr<void, CloseProfile>;

struct DeleteTransform {
    void operator()(void* transform) const { cmsDeleteTransform(transform); }
};
using Transform = std::unique_ptr<void, DeleteTransform>;

/// As picture editors convert by default, also on the way into a press's inks: paper becomes white
/// and the darkest ink black.
constexpr cmsUInt32Number kIntent = INTENT_RELATIVE_COLORIMETRIC;
/// Without a cache threads may share a transform.
constexpr cmsUInt32Number kFlags = cmsFLAGS_NOCACHE | cmsFLAGS_BLACKPOINTCOMPENSATION;
/// A transform is no change if no colour of a grid moves by more than this: the profiles of sRGB
/// that programs write differ by their rounding.
constexpr int kMaxSrgbError = 2;

bool is_grey(const cv::Mat& mat) {
    std::vector<cv::Mat> planes;
    cv::split(mat, planes);
    return cv::norm(planes[0], planes[1], cv::NORM_INF) == 0 &&
           cv::norm(planes[0], planes[2], cv::NORM_INF) == 0;
}

/// Gives the pixels the channels that the profile's colour space has.
/// @return false if they do not go together
bool match_channels(DecodedPixels& pixels, cmsColorSpaceSignature space, cv::Mat& alpha) {
    const int channels = pixels.mat.channels();
    if (pixels.model == PixelModel::Cmyk) {
        return space == cmsSigCmykData;
    }
    if (space != cmsSigRgbData && space != cmsSigGrayData) {
        return false;
    }
    if (space == cmsSigGrayData && channels > 1 && !is_grey(pixels.mat)) {
        return false;
    }
    if (channels == 4) {
        cv::extractChannel(pixels.mat, alpha, 3);
        cv::cvtColor(pixels.mat, pixels.mat, cv::COLOR_BGRA2BGR);
    }
    if (space == cmsSigGrayData && channels > 1) {
        cv::Mat grey;
        cv::extractChannel(pixels.mat, grey, 0);
        pixels.mat = grey;
    } else if (space == cmsSigRgbData && channels == 1) {
        cv::cvtColor(pixels.mat, pixels.mat, cv::COLOR_GRAY2BGR);
    }
    return true;
}

cmsUInt32Number format_of(cmsColorSpaceSignature space, bool is_16_bit) {
    switch (space) {
        case cmsSigGrayData:
            return is_16_bit ? TYPE_GRAY_16 : TYPE_GRAY_8;
        case cmsSigCmykData:
            return is_16_bit ? TYPE_CMYK_16_REV : TYPE_CMYK_8_REV;
        default:
            return is_16_bit ? TYPE_BGR_16 : TYPE_BGR_8;
    }
}

/// True if the transform leaves 8-bit BGR as it is.
bool changes_nothing(cmsContext context, cmsHPROFILE from, cmsHPROFILE srgb) {
    const Transform transform(
        cmsCreateTransformTHR(context, from, TYPE_BGR_8, srgb, TYPE_BGR_8, kIntent, kFlags));
    if (!transform) {
        return false;
    }
    constexpr int kSteps = 9;
    std::vector<std::uint8_t> before;
    for (int i = 0; i < kSteps * kSteps * kSteps; ++i) {
        for (const int step : {i % kSteps, i / kSteps % kSteps, i / kSteps / kSteps}) {
            before.push_back(static_cast<std::uint8_t>(step * 255 / (kSteps - 1)));
        }
    }
    std::vector<std::uint8_t> after(before.size());
    cmsDoTransform(transform.get(),
                   before.data(),
                   after.data(),
                   static_cast<cmsUInt32Number>(before.size() / 3));
    return std::equal(before.begin(), before.end(), after.begin(), [](int a, int b) {
        return std::abs(a - b) <= kMaxSrgbError;
    });
}

}  // namespace

std::string convert_to_srgb(DecodedPixels& pixels, const std::vector<std::uint8_t>& profile) {
    const Context context(cmsCreateContext(nullptr, nullptr), &cmsDeleteContext);
    const Profile from(cmsOpenProfileFromMemTHR(
        context.get(), profile.data(), static_cast<cmsUInt32Number>(profile.size())));
    if (!from) {
        return "damaged";
    }
    const Profile srgb(cmsCreate_sRGBProfileTHR(context.get()));
    const cmsColorSpaceSignature space = cmsGetColorSpace(from.get());
    if (space == cmsSigRgbData && pixels.model == PixelModel::Colour &&
        changes_nothing(context.get(), from.get(), srgb.get())) {
        return "";
    }
    DecodedPixels matched = pixels;
    cv::Mat alpha;
    if (!match_channels(matched, space, alpha)) {
        return "of another colour space than the pixels";
    }
    const bool is_16_bit = matched.mat.depth() == CV_16U;
    const Transform transform(cmsCreateTransformTHR(context.get(),
                                                    from.get(),
                                                    format_of(space, is_16_bit),
                                                    srgb.get(),
                                                    is_16_bit ? TYPE_BGR_16 : TYPE_BGR_8,
                                                    kIntent,
                                                    kFlags));
    if (!transform) {
        return "damaged";
    }
    cv::Mat converted(matched.mat.size(), CV_MAKETYPE(matched.mat.depth(), 3));
    core::parallel_for(converted.rows, [&](int y) {
        cmsDoTransform(transform.get(),
                       matched.mat.ptr(y),
                       converted.ptr(y),
                       static_cast<cmsUInt32Number>(converted.cols));
    });
    if (!alpha.empty()) {
        cv::Mat with_alpha(converted.size(), CV_MAKETYPE(converted.depth(), 4));
        const cv::Mat sources[] = {converted, alpha};
        const int from_to[] = {0, 0, 1, 1, 2, 2, 3, 3};
        cv::mixChannels(sources, 2, &with_alpha, 1, from_to, 4);
        converted = with_alpha;
    }
    pixels.mat = converted;
    pixels.model = PixelModel::Colour;
    return "";
}

void convert_cmyk_without_profile(DecodedPixels& pixels) {
    cv::Mat deep;
    cv::Mat bgr(pixels.mat.size(), CV_8UC3);
    pixels.mat.convertTo(deep, CV_8U, pixels.mat.depth() == CV_16U ? 1 / 257.0 : 1.0);
    for (int y = 0; y < bgr.rows; ++y) {
        const std::uint8_t* source = deep.ptr(y);
        std::uint8_t* target = bgr.ptr(y);
        for (int x = 0; x < bgr.cols; ++x, source += 4, target += 3) {
            for (int c = 0; c < 3; ++c) {
                target[2 - c] = static_cast<std::uint8_t>((source[c] * source[3] + 127) / 255);
            }
        }
    }
    pixels.mat = bgr;
    pixels.model = PixelModel::Colour;
}

}  // namespace vasa::media
