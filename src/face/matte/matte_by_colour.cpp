// SPDX-License-Identifier: Apache-2.0
#include "matte/matte_by_colour.h"

#include "cv_shapes.h"
#include "plate/pull_push.h"

#include "vasa/core/parallel.h"
#include "vasa/core/smoothstep.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace vasa::face {
namespace {

/// Largest difference over the channels.
cv::Mat difference(const cv::Mat& a, const cv::Mat& b) {
    cv::Mat apart;
    cv::absdiff(a, b, apart);
    std::vector<cv::Mat> channels;
    cv::split(apart, channels);
    return cv::max(channels[0], cv::max(channels[1], channels[2]));
}

/// Pieces of a mask that contain a pixel of another mask.
cv::Mat touched_pieces(const cv::Mat& mask, const cv::Mat& touch) {
    cv::Mat labels, out(mask.size(), CV_8U, cv::Scalar(0));
    std::vector<bool> is_touched(cv::connectedComponents(mask, labels, 8), false);
    for (int y = 0; y < mask.rows; ++y) {
        for (int x = 0; x < mask.cols; ++x) {
            if (touch.at<std::uint8_t>(y, x) != 0) {
                is_touched[labels.at<int>(y, x)] = true;
            }
        }
    }
    is_touched[0] = false;  // label of pixels outside the mask
    for (int y = 0; y < mask.rows; ++y) {
        for (int x = 0; x < mask.cols; ++x) {
            if (is_touched[labels.at<int>(y, x)]) {
                out.at<std::uint8_t>(y, x) = 255;
            }
        }
    }
    return out;
}

/// One channel copied to three channels.
cv::Mat three_channels(const cv::Mat& one) {
    cv::Mat three;
    cv::merge(std::vector<cv::Mat>(3, one), three);
    return three;
}

/// Background and its deviation from smoothness, continued behind the person; the person's solid
/// colours, continued outwards.
struct Colours {
    cv::Mat ground, deviation, person;
    cv::Mat contrast;  ///< between person and ground
    cv::Mat crowd;     ///< fraction of the background that is thin parts of another colour
    cv::Mat variety;   ///< range of the background's colours nearby, without thin parts
};

/// The background without thin parts, continued behind the person.
cv::Mat usual_ground(const cv::Mat& colour, const cv::Mat& known, int window_px) {
    cv::Mat weight, filled, usual;
    known.convertTo(weight, CV_32F, 1.0 / 255);
    pull_push(colour, weight).convertTo(filled, CV_8UC3);
    cv::medianBlur(filled, usual, window_px);
    usual.convertTo(usual, CV_32FC3);
    return usual;
}

/// Computed at half the given resolution: all fields are smooth.
Colours separate_colours(const cv::Mat& whole_colour,
                         const cv::Mat& whole_alpha,
                         const cv::Mat& whole_known,
                         const MatteByColourParams& params) {
    const cv::Size whole = whole_colour.size(), half(whole.width / 2, whole.height / 2);
    Colours out;
    cv::Mat colour, alpha, all_known, weight, blurred, blurred_weight, known, darkest, brightest;
    cv::resize(whole_colour, colour, half, 0, 0, cv::INTER_AREA);
    cv::resize(whole_alpha, alpha, half, 0, 0, cv::INTER_AREA);
    cv::resize(whole_known, all_known, half, 0, 0, cv::INTER_AREA);
    all_known = all_known == 255;
    const cv::Mat usual = usual_ground(colour, all_known, params.usual_px);
    const cv::Mat around_all = cv::Mat::ones(params.variety_px, params.variety_px, CV_8U);
    cv::dilate(usual, brightest, around_all);
    cv::erode(usual, darkest, around_all);
    out.variety = difference(brightest, darkest);
    cv::Mat thin = (difference(colour, usual) > params.other) & all_known;
    all_known.convertTo(weight, CV_32F, 1.0 / 255);
    thin.convertTo(out.crowd, CV_32F, 1.0 / 255);
    cv::GaussianBlur(out.crowd, out.crowd, {}, params.crowd_px);
    cv::GaussianBlur(weight, blurred_weight, {}, params.crowd_px);
    out.crowd /= blurred_weight + 1e-3F;
    cv::dilate(thin, thin, disc(params.beside_px));
    known = all_known & ~thin;
    known.convertTo(weight, CV_32F, 1.0 / 255);
    cv::GaussianBlur(colour.mul(three_channels(weight)), blurred, {}, params.blur_px);
    cv::GaussianBlur(weight, blurred_weight, {}, params.blur_px);
    blurred /= three_channels(blurred_weight + 1e-4F);
    cv::Mat deviation = difference(colour, blurred), around;
    cv::GaussianBlur(deviation.mul(weight), around, {}, params.blur_px);
    around /= blurred_weight + 1e-4F;
    out.ground = pull_push(blurred, weight);
    cv::extractChannel(pull_push(three_channels(around), weight), out.deviation, 0);
    cv::Mat solid;
    cv::erode(alpha > params.solid, solid, disc(params.beside_px));
    solid.convertTo(solid, CV_32F, 1.0 / 255);
    out.person = pull_push(colour, solid);
    for (cv::Mat* const field :
         {&out.ground, &out.deviation, &out.person, &out.crowd, &out.variety}) {
        cv::resize(*field, *field, whole, 0, 0, cv::INTER_LINEAR);
    }
    out.contrast = difference(out.person, out.ground);
    return out;
}

/// Alpha of the person from colour alone.
cv::Mat alpha_by_colour(const cv::Mat& colour,
                        const Colours& colours,
                        const MatteByColourParams& params) {
    const cv::Mat apart = difference(colour, colours.ground);
    cv::Mat out(colour.size(), CV_32F);
    core::parallel_for(out.rows, [&](int y) {
        for (int x = 0; x < out.cols; ++x) {
            const float noise =
                params.noise_per_deviation * colours.deviation.at<float>(y, x) + params.noise;
            // The lower bound wins: it can exceed the upper one on a noisy background.
            const float whole =
                std::max(std::min(colours.contrast.at<float>(y, x), params.max_contrast),
                         noise + params.min_range);
            out.at<float>(y, x) =
                std::clamp((apart.at<float>(y, x) - noise) / (whole - noise), 0.0F, 1.0F);
        }
    });
    return out;
}

/// How far colours can be trusted, 0..1.
cv::Mat trust_in_colour(const Colours& colours,
                        const cv::Mat& covered,
                        const MatteByColourParams& params) {
    cv::Mat out(covered.size(), CV_32F, cv::Scalar(0));
    core::parallel_for(out.rows, [&](int y) {
        for (int x = 0; x < out.cols; ++x) {
            if (covered.at<std::uint8_t>(y, x) != 0) {
                const float deviation = colours.deviation.at<float>(y, x);
                const float crowd = colours.crowd.at<float>(y, x);
                const float variety = colours.variety.at<float>(y, x);
                out.at<float>(y, x) =
                    (1.0F - core::smoothstep(params.smooth, params.textured, deviation)) *
                    (1.0F - core::smoothstep(params.alone, params.crowded, crowd)) *
                    (1.0F - core::smoothstep(params.plain, params.varied, variety));
            }
        }
    });
    return out;
}

/// Pieces of a mask that are larger than a curl.
cv::Mat larger_than_curls(const cv::Mat& mask, int max_curl_px2) {
    cv::Mat labels, stats, centres, out(mask.size(), CV_8U, cv::Scalar(0));
    const int count = cv::connectedComponentsWithStats(mask, labels, stats, centres, 8);
    for (int i = 1; i < count; ++i) {
        if (stats.at<int>(i, cv::CC_STAT_AREA) > max_curl_px2) {
            out.setTo(255, labels == i);
        }
    }
    return out;
}

/// How far from the person colours may add to it: 0 for pieces too wide to be a strand, unless they
/// are a curl attached to the person, and little for pieces connected to larger things.
/// @param by_colour  alpha of the person as far as colours can be trusted
cv::Mat reach_of_strands(const cv::Mat& by_colour,
                         const cv::Mat& alpha,
                         const MatteByColourParams& params) {
    const cv::Mat beside = (by_colour > params.found) & (alpha < 0.5F);
    cv::Mat wide, around_wide, around_things;
    cv::morphologyEx(beside, wide, cv::MORPH_OPEN, disc(params.thin_px));
    const cv::Mat things = larger_than_curls(wide, params.max_curl_px2);
    cv::dilate(wide, around_wide, disc(params.thin_px / 2));
    cv::dilate(things, around_things, disc(params.thin_px / 2));
    const cv::Mat found = ((by_colour > params.found) | (alpha > 0.5F)) & ~around_things;
    cv::Mat reach(alpha.size(), CV_32F, cv::Scalar(params.apart_px));
    reach.setTo(0, around_wide);
    reach.setTo(params.connected_px, touched_pieces(found, alpha > params.solid));
    reach.setTo(params.beside_thing_px, touched_pieces(beside, things));
    reach.setTo(0, around_things);
    return reach;
}

}  // namespace

void match_colours(const core::ImageU8& canvas,
                   const CanvasRect& inside,
                   core::ImageF& matte,
                   const MatteByColourParams& params) {
    cv::Mat alpha = wrap(matte), small, colour, coarse;
    const cv::Size half(alpha.cols / 2, alpha.rows / 2);
    cv::resize(wrap(canvas), small, half, 0, 0, cv::INTER_AREA);
    small.convertTo(colour, CV_32FC3);
    cv::resize(alpha, coarse, half, 0, 0, cv::INTER_AREA);
    cv::Mat covered(half, CV_8U, cv::Scalar(0));
    const cv::Rect image(cv::Point(inside.x0 / 2 + 1, inside.y0 / 2 + 1),
                         cv::Point(inside.x1 / 2 - 1, inside.y1 / 2 - 1));
    if (image.width < 1 || image.height < 1) {
        return;
    }
    covered(image).setTo(255);
    cv::Mat distance;
    cv::distanceTransform(coarse <= params.person, distance, cv::DIST_L2, 5);
    const cv::Mat known = (distance > params.clear_px) & covered;
    if (cv::countNonZero(known) < params.min_known_px2) {
        return;
    }
    const Colours colours = separate_colours(colour, coarse, known, params);
    const cv::Mat by_colour = alpha_by_colour(colour, colours, params);
    const cv::Mat colour_trust = trust_in_colour(colours, covered, params);
    const cv::Mat reach = reach_of_strands(by_colour.mul(colour_trust), coarse, params);
    cv::Mat change(half, CV_32F, cv::Scalar(0));
    core::parallel_for(half.height, [&](int y) {
        for (int x = 0; x < half.width; ++x) {
            const float a = coarse.at<float>(y, x), c = by_colour.at<float>(y, x);
            float trust = colour_trust.at<float>(y, x);
            if (c > a) {
                const float limit = reach.at<float>(y, x);
                trust *= 1.0F - core::smoothstep(
                                    params.fade * limit, limit + 1e-3F, distance.at<float>(y, x));
            } else {
                // Only where the network is unsure and person and background look different.
                trust *= 1.0F - core::smoothstep(params.doubtful, params.solid, a);
                trust *=
                    core::smoothstep(params.alike, params.unlike, colours.contrast.at<float>(y, x));
            }
            change.at<float>(y, x) = trust * (c - a);
        }
    });
    cv::resize(change, change, alpha.size(), 0, 0, cv::INTER_LINEAR);
    core::parallel_for(alpha.rows, [&](int y) {
        for (int x = 0; x < alpha.cols; ++x) {
            float& a = alpha.at<float>(y, x);
            a = std::clamp(a + change.at<float>(y, x), 0.0F, 1.0F);
        }
    });
}

}  // namespace vasa::face
