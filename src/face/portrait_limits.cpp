// SPDX-License-Identifier: Apache-2.0
#include "portrait_limits.h"

#include "cv_shapes.h"

#include "vasa/head/face_code.h"
#include "vasa/head/face_measures.h"

#include <algorithm>
#include <cmath>

namespace vasa::face {
namespace {

/// Part of the crop that the picture covers; beyond the canvas nothing is missing.
struct CropBorders {
    float left, top, right, bottom;
};

CropBorders borders_of(const CanvasRect& inside) {
    constexpr float kFar_px = 1e6F;
    const auto in_crop = [](int canvas) {
        return static_cast<float>(canvas - head::kCanvasMargin_px) / head::kCanvasScale;
    };
    return {inside.x0 == 0 ? -kFar_px : in_crop(inside.x0),
            inside.y0 == 0 ? -kFar_px : in_crop(inside.y0),
            inside.x1 == head::kCanvasSize_px ? kFar_px : in_crop(inside.x1),
            inside.y1 == head::kCanvasSize_px ? kFar_px : in_crop(inside.y1)};
}

void find_cuts(const CanvasRect& inside,
               const head::Landmarks& landmarks,
               const PortraitLimitParams& params,
               std::vector<std::string>& limits) {
    const CropBorders borders = borders_of(inside);
    const float unit = head::eye_distance_px(landmarks);
    const core::Vec2f a = landmarks[head::kFaceSides[0]], b = landmarks[head::kFaceSides[1]];
    const float beside =
        std::min(std::min(a.x, b.x) - borders.left, borders.right - std::max(a.x, b.x));
    const bool lacks_side = beside < params.min_side * unit;
    const bool lacks_chin = borders.bottom - landmarks[head::kChin].y < params.min_chin * unit;
    const bool lacks_hair = landmarks[head::kForeheadTop].y - borders.top < params.min_hair * unit;
    if (lacks_side || lacks_chin) {
        limits.emplace_back(
            "the face reaches beyond the picture; what moves into the frame is made up");
    } else if (lacks_hair) {
        limits.emplace_back(
            "the head is cut at the hairline; its top is made up where the head "
            "moves down");
    }
}

/// Mean CIE L*a*b* around a landmark.
cv::Vec3f colour_at(const core::ImageU8& crop, const core::Vec2f& place, float reach_px) {
    const int reach = std::max(1, static_cast<int>(reach_px));
    const cv::Rect around = cv::Rect(static_cast<int>(place.x) - reach,
                                     static_cast<int>(place.y) - reach,
                                     2 * reach + 1,
                                     2 * reach + 1) &
                            cv::Rect(0, 0, crop.width, crop.height);
    if (around.empty()) {
        return {0, 0, 0};
    }
    const cv::Scalar rgb = cv::mean(wrap(crop)(around));
    const cv::Mat pixel(1, 1, CV_32FC3, cv::Scalar(rgb[0] / 255, rgb[1] / 255, rgb[2] / 255));
    cv::Mat lab;
    cv::cvtColor(pixel, lab, cv::COLOR_RGB2Lab);
    return lab.at<cv::Vec3f>(0, 0);
}

/// A tongue covers the lower lip and what lies below it with one colour.
bool shows_tongue(const core::ImageU8& crop,
                  const head::Landmarks& landmarks,
                  const PortraitLimitParams& params) {
    if (head::mouth_gap(landmarks) < params.min_tongue_gap) {
        return false;
    }
    constexpr int kBelowLowerLip = 18;
    const float reach_px = params.tongue_reach * head::eye_distance_px(landmarks);
    const cv::Vec3f edge = colour_at(crop, landmarks[head::kInnerLipBottom], reach_px);
    const cv::Vec3f below = colour_at(crop, landmarks[kBelowLowerLip], reach_px);
    return cv::norm(edge - below) < params.same_as_tongue;
}

}  // namespace

std::vector<std::string> find_limits(const CanvasRect& inside,
                                     const head::Landmarks& landmarks,
                                     const core::ImageU8& crop,
                                     float unexplained_gap,
                                     const CoveredParts& covered,
                                     const PortraitLimitParams& params) {
    std::vector<std::string> limits;
    find_cuts(inside, landmarks, params, limits);
    if (covered.mouth) {
        limits.emplace_back(
            "the mouth is covered; it stays closed, nothing is painted on the cover");
    } else if (shows_tongue(crop, landmarks, params)) {
        limits.emplace_back("the tongue is out and stays out; the lips cannot meet");
    } else if (unexplained_gap > params.max_open_rest ||
               head::mouth_gap(landmarks) > params.max_gap) {
        limits.emplace_back(
            "the mouth is open wider than the head model can close; the lips may "
            "not meet");
    }
    if (covered.eyes) {
        limits.emplace_back(
            "the eyes are covered; they neither blink nor look, nothing is painted "
            "on the cover");
    }
    return limits;
}

}  // namespace vasa::face
