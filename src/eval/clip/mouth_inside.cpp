// SPDX-License-Identifier: Apache-2.0
#include "clip/mouth_inside.h"

#include "statistics.h"

#include "vasa/core/colour.h"
#include "vasa/head/face_measures.h"
#include "vasa/media/cv_image.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace vasa::eval {
namespace {

using core::ImageU8;
using head::Landmarks;

constexpr int kSubPixelBits = 4;  // of OpenCV's polygons

/// @return  a box around it, one pixel or more inside the mask
template <typename Points>
cv::Rect fill(const Landmarks& landmarks, const Points& edge, int value, cv::Mat& mask) {
    std::vector<cv::Point> points;
    for (const int i : edge) {
        points.emplace_back(std::lround((landmarks[i].x - 0.5F) * (1 << kSubPixelBits)),
                            std::lround((landmarks[i].y - 0.5F) * (1 << kSubPixelBits)));
    }
    cv::fillPoly(mask, std::vector<std::vector<cv::Point>>{points}, value, 8, kSubPixelBits);
    const cv::Rect fine = cv::boundingRect(points);
    const cv::Rect box(cv::Point((fine.x >> kSubPixelBits) - 1, (fine.y >> kSubPixelBits) - 1),
                       cv::Point(((fine.x + fine.width) >> kSubPixelBits) + 2,
                                 ((fine.y + fine.height) >> kSubPixelBits) + 2));
    return box & cv::Rect(1, 1, mask.cols - 2, mask.rows - 2);
}

/// Median luminance of the cheeks.
float cheek_level(const cv::Mat& grey, const Landmarks& landmarks, float radius_px) {
    cv::Mat mask = cv::Mat::zeros(grey.size(), CV_8UC1);
    for (const int cheek : head::kCheeks) {
        cv::circle(mask,
                   {static_cast<int>(landmarks[cheek].x), static_cast<int>(landmarks[cheek].y)},
                   std::max(1, static_cast<int>(radius_px)),
                   1,
                   cv::FILLED);
    }
    std::vector<double> levels;
    for (int y = 0; y < grey.rows; ++y) {
        for (int x = 0; x < grey.cols; ++x) {
            if (mask.at<std::uint8_t>(y, x) != 0) {
                levels.push_back(grey.at<std::uint8_t>(y, x));
            }
        }
    }
    return levels.empty() ? 0.0F : static_cast<float>(median_of(levels));
}

struct Mean {
    double sum = 0;
    int count = 0;
    void add(double value) {
        sum += value;
        ++count;
    }
    double value() const { return count > 0 ? sum / count : kNoValue; }
};

double gradient_at(const cv::Mat& grey, int x, int y) {
    const int dx = grey.at<std::uint8_t>(y, x + 1) - grey.at<std::uint8_t>(y, x - 1);
    const int dy = grey.at<std::uint8_t>(y + 1, x) - grey.at<std::uint8_t>(y - 1, x);
    return 0.5 * std::hypot(dx, dy);
}

constexpr std::uint8_t kLip = 1, kInside = 2;

}  // namespace

MouthInside look_inside(const ImageU8& rgb,
                        const Landmarks& landmarks,
                        const MouthInsideParams& params) {
    MouthInside mouth;
    const auto unit = core::eye_distance<float>(landmarks);
    mouth.gap = head::mouth_gap_px(landmarks) / unit;
    cv::Mat grey;
    cv::cvtColor(media::wrap(rgb), grey, cv::COLOR_RGB2GRAY);
    const float cheeks = cheek_level(grey, landmarks, params.cheek_radius * unit);
    cv::Mat mask = cv::Mat::zeros(grey.size(), CV_8UC1);
    const cv::Rect outer = fill(landmarks, head::kOuterLips, kLip, mask);
    const cv::Rect box = outer | fill(landmarks, head::kInnerLips, kInside, mask);
    Mean dark, teeth, flesh, level, inside, lips;
    for (int y = box.y; y < box.y + box.height; ++y) {
        for (int x = box.x; x < box.x + box.width; ++x) {
            const std::uint8_t part = mask.at<std::uint8_t>(y, x);
            if (part == 0) {
                continue;
            }
            (part == kInside ? inside : lips).add(gradient_at(grey, x, y));
            if (part == kLip) {
                continue;
            }
            const std::uint8_t* c = rgb.at(x, y);
            const float relative = core::luminance(c) / std::max(cheeks, 1.0F);
            const bool is_teeth = relative >= params.min_teeth_level &&
                                  core::saturation(c) < params.max_teeth_saturation;
            const bool is_dark = relative < params.max_dark_level;
            const bool is_red =
                static_cast<float>(c[0]) > params.min_red_over_green * static_cast<float>(c[1]);
            teeth.add(is_teeth ? 1 : 0);
            dark.add(is_dark ? 1 : 0);
            flesh.add(!is_teeth && !is_dark && is_red ? 1 : 0);
            if (is_teeth) {
                level.add(relative);
            }
        }
    }
    mouth.is_measured = inside.count >= params.min_pixels;
    mouth.dark = dark.value();
    mouth.teeth = teeth.value();
    mouth.flesh = flesh.value();
    mouth.teeth_level = level.value();
    mouth.gradient = lips.sum > 0 ? inside.value() / lips.value() : kNoValue;
    return mouth;
}

std::vector<std::pair<std::string, double>> mouth_scores(const std::vector<MouthInside>& frames,
                                                         const MouthInsideParams& params) {
    const auto mean_of = [&](double MouthInside::*value, std::size_t opening) {
        Mean mean;
        for (const MouthInside& frame : frames) {
            if (frame.is_measured && frame.gap > params.min_gap[opening] &&
                !std::isnan(frame.*value)) {
                mean.add(frame.*value);
            }
        }
        return mean.value();
    };
    return {{"mouth_dark", mean_of(&MouthInside::dark, 0)},
            {"mouth_dark_wide", mean_of(&MouthInside::dark, 1)},
            {"mouth_teeth", mean_of(&MouthInside::teeth, 0)},
            {"mouth_teeth_wide", mean_of(&MouthInside::teeth, 1)},
            {"mouth_flesh", mean_of(&MouthInside::flesh, 0)},
            {"mouth_flesh_wide", mean_of(&MouthInside::flesh, 1)},
            {"teeth_level", mean_of(&MouthInside::teeth_level, 0)},
            {"mouth_gradient", mean_of(&MouthInside::gradient, 0)}};
}

}  // namespace vasa::eval
