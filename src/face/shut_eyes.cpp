// SPDX-License-Identifier: Apache-2.0
#include "shut_eyes.h"

#include "cv_shapes.h"

#include "vasa/core/colour.h"
#include "vasa/head/action_groups.h"
#include "vasa/head/face_measures.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace vasa::face {
namespace {

using head::Action;

float luminance_at(const core::ImageU8& image, int x, int y) {
    const std::uint8_t* c = image.at(x, y);
    const std::array<float, 3> rgb = {
        static_cast<float>(c[0]), static_cast<float>(c[1]), static_cast<float>(c[2])};
    return core::luminance(rgb.data());
}

/// Luminance of a share of a region's pixels, sorted; 0 of an empty one.
float quantile(const core::ImageU8& crop, const cv::Mat& mask, float share) {
    std::vector<float> values;
    const cv::Rect box = cv::boundingRect(mask);
    for (int y = box.y; y < box.y + box.height; ++y) {
        for (int x = box.x; x < box.x + box.width; ++x) {
            if (mask.at<std::uint8_t>(y, x) != 0) {
                values.push_back(luminance_at(crop, x, y));
            }
        }
    }
    if (values.empty()) {
        return 0;
    }
    const auto at =
        values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<float>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

cv::Point pixel(const core::Vec2f& place) {
    return {cvRound(place.x), cvRound(place.y)};
}

/// Luminance at the place of the iris relative to the skin below the eye.
float iris_light(const core::ImageU8& crop,
                 const head::Landmarks& landmarks,
                 int eye,
                 const ShutEyeParams& params) {
    const core::Vec2f a = landmarks[head::kEyeCorners[eye][0]],
                      b = landmarks[head::kEyeCorners[eye][1]];
    const float width_px = std::max(1.0F, std::hypot(a.x - b.x, a.y - b.y));
    const core::Vec2f iris = landmarks[head::kIrises[eye]], rim = landmarks[head::kIrises[eye] + 1],
                      lower = landmarks[head::kLowerLidMiddle[eye]];
    cv::Mat inside(crop.height, crop.width, CV_8UC1, cv::Scalar(0)), disc = inside.clone(),
                                                                     skin = inside.clone();
    std::vector<cv::Point> lids;
    for (const int i : head::kLidEdges[eye]) {
        lids.push_back(pixel(landmarks[i]));
    }
    cv::fillPoly(inside, std::vector<std::vector<cv::Point>>{lids}, cv::Scalar(255));
    const float radius_px = params.iris_part * std::hypot(iris.x - rim.x, iris.y - rim.y);
    cv::circle(disc, pixel(iris), std::max(1, cvRound(radius_px)), cv::Scalar(255), cv::FILLED);
    cv::circle(skin,
               pixel({lower.x, lower.y + params.skin_below * width_px}),
               std::max(1, cvRound(params.skin_radius * width_px)),
               cv::Scalar(255),
               cv::FILLED);
    constexpr float kMedian = 0.5F;
    return quantile(crop, inside & disc, params.darkest) /
           std::max(1.0F, quantile(crop, skin, kMedian));
}

}  // namespace

std::array<bool, 2> find_shut_eyes(const core::ImageU8& crop,
                                   const head::Landmarks& landmarks,
                                   const ShutEyeParams& params) {
    const float right = head::lid_opening(landmarks, 0), left = head::lid_opening(landmarks, 1);
    const float limit =
        params.light + params.light_slope * std::max(0.0F, (right + left) / 2 - params.narrow);
    const bool are_light = std::max(right, left) < params.open &&
                           iris_light(crop, landmarks, 0, params) > limit &&
                           iris_light(crop, landmarks, 1, params) > limit;
    const std::array<bool, 2> shut = {are_light || right < params.shut,
                                      are_light || left < params.shut};
    return shut;
}

void close_shut_eyes(const std::array<bool, 2>& shut,
                     head::Landmarks& landmarks,
                     head::Actions& actions) {
    for (int eye = 0; eye < 2; ++eye) {
        if (!shut[eye]) {
            continue;
        }
        for (std::size_t k = 0; k < head::kUpperLidEdge[eye].size(); ++k) {
            landmarks[head::kUpperLidEdge[eye][k]] = landmarks[head::kLowerLidEdge[eye][k]];
        }
        actions[eye == 0 ? Action::EyeBlinkRight : Action::EyeBlinkLeft] = 1;
        actions[eye == 0 ? Action::EyeWideRight : Action::EyeWideLeft] = 0;
    }
    const head::Gaze right = shut[0] ? head::Gaze{} : head::right_gaze(actions);
    const head::Gaze left = shut[1] ? head::Gaze{} : head::left_gaze(actions);
    if (shut[0] || shut[1]) {
        // An eye that is open shows where both look.
        head::set_gaze(actions, shut[1] ? right : left, shut[0] ? left : right);
    }
}

}  // namespace vasa::face
