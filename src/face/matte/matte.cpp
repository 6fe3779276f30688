// SPDX-License-Identifier: Apache-2.0
#include "matte/matte.h"

#include "cv_shapes.h"
#include "matte/matte_by_colour.h"
#include "matte/matte_by_cut.h"

#include "vasa/core/parallel.h"
#include "vasa/core/smoothstep.h"
#include "vasa/head/face_code.h"
#include "vasa/head/landmarks.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace vasa::face {
namespace {

constexpr int kCanvas = head::kCanvasSize_px;

/// Canvas position of crop pixel (x, y).
cv::Point2f on_canvas(const core::Vec2f& crop) {
    const core::Vec2f p = head::canvas_from_crop(crop);
    return {p.x, p.y};
}

/// Makes the face solid, up to slightly inside its outline.
void fill_face(cv::Mat& alpha, const head::Landmarks& crop_landmarks) {
    constexpr float kInside = 0.97F;
    cv::Point2f middle(0, 0);
    for (int i : head::kFaceOval) {
        middle += on_canvas(crop_landmarks[i]) / static_cast<float>(head::kFaceOval.size());
    }
    std::vector<cv::Point> outline;
    for (int i : head::kFaceOval) {
        outline.emplace_back(middle + kInside * (on_canvas(crop_landmarks[i]) - middle));
    }
    cv::fillPoly(alpha, std::vector<std::vector<cv::Point>>{outline}, cv::Scalar(1.0));
}

/// Lowest alpha of a column from row y down to the last row; 1 where a shoulder leaves the image, 0
/// where an elbow only touches its border.
std::vector<float> lasting_alpha(const cv::Mat& alpha, int x, int first_row, int last_row) {
    std::vector<float> lasting(alpha.rows, 0.0F);
    float lowest = 1.0F;
    for (int y = last_row; y >= first_row; --y) {
        lowest = std::min(lowest, alpha.at<float>(y, x));
        lasting[y] = lowest;
    }
    return lasting;
}

/// Continues the body below the chin where the image ends; the network sees only blur there.
void continue_body(cv::Mat& alpha, const CanvasRect& inside, float chin_y) {
    constexpr float kBlend_px = 64.0F;
    constexpr int kEdge_px = 6;  // the matte at the image's border is unreliable
    const int x0 = inside.x0 > 0 ? inside.x0 + kEdge_px : 0;
    const int x1 = inside.x1 < kCanvas ? inside.x1 - kEdge_px : kCanvas;
    const int y1 = inside.y1 < kCanvas ? inside.y1 - kEdge_px : kCanvas;
    const int top = std::max(0, static_cast<int>(chin_y));
    if (x1 <= x0 || y1 <= top) {
        return;
    }
    const std::vector<float> left = lasting_alpha(alpha, x0, top, y1 - 1);
    const std::vector<float> right = lasting_alpha(alpha, x1 - 1, top, y1 - 1);
    for (int y = top; y < y1; ++y) {
        const float w = std::min(1.0F, static_cast<float>(y - top) / kBlend_px);
        float* row = alpha.ptr<float>(y);
        for (int x = 0; x < x0; ++x) {
            row[x] = std::max(row[x], w * left[y]);
        }
        for (int x = x1; x < kCanvas; ++x) {
            row[x] = std::max(row[x], w * right[y]);
        }
    }
    for (int y = y1; y < kCanvas; ++y) {
        for (int x = 0; x < kCanvas; ++x) {
            const float a = alpha.at<float>(y1 - 1, x);
            alpha.at<float>(y, x) = std::clamp((a - 0.3F) / 0.4F, 0.0F, 1.0F);
        }
    }
}

/// Fills openings within the person that are too small, or not empty enough, to be background.
void fill_holes(cv::Mat& alpha, cv::Mat& quarter) {
    constexpr float kSolid = 0.9F, kEmpty = 0.3F;
    constexpr int kSmall_px = 200, kLarge_px = 2000;  // pixels at quarter size
    cv::Mat labels, boxes, centres;
    const int count = cv::connectedComponentsWithStats(quarter < kSolid, labels, boxes, centres, 8);
    std::vector<double> sum(count, 0.0);
    for (int y = 0; y < labels.rows; ++y) {
        for (int x = 0; x < labels.cols; ++x) {
            sum[labels.at<int>(y, x)] += quarter.at<float>(y, x);
        }
    }
    for (int i = 1; i < count; ++i) {
        const int* s = boxes.ptr<int>(i);
        const cv::Rect box(
            s[cv::CC_STAT_LEFT], s[cv::CC_STAT_TOP], s[cv::CC_STAT_WIDTH], s[cv::CC_STAT_HEIGHT]);
        const int area = s[cv::CC_STAT_AREA];
        const bool enclosed =
            box.x > 0 && box.y > 0 && box.br().x < labels.cols && box.br().y < labels.rows;
        if (!enclosed || area > kLarge_px ||
            (area > kSmall_px && sum[i] < kEmpty * static_cast<float>(area))) {
            continue;
        }
        const cv::Rect wide(box.x - 1, box.y - 1, box.width + 2, box.height + 2);
        cv::Mat hole = labels(wide) == i, large;
        cv::dilate(hole, hole, cv::Mat::ones(3, 3, CV_8U));
        cv::resize(hole, large, wide.size() * 4, 0, 0, cv::INTER_NEAREST);
        alpha({wide.x * 4, wide.y * 4, wide.width * 4, wide.height * 4}).setTo(1.0F, large);
        quarter(wide).setTo(1.0F, hole);
    }
}

/// Hair fades out over a few pixels. Wide areas of intermediate alpha are hats and coats of which
/// the network is unsure: their alpha is moved towards 0 or 1.
void decide_wide_doubts(cv::Mat& alpha, const cv::Mat& quarter) {
    constexpr float kMinDoubt = 0.35F, kMaxDoubt = 0.97F;
    constexpr float kNothing = 0.40F, kAll = 0.68F;
    constexpr int kWide_px = 9;  // at quarter size
    cv::Mat doubt = (quarter > kMinDoubt) & (quarter < kMaxDoubt), wide, weight;
    cv::morphologyEx(doubt, wide, cv::MORPH_OPEN, disc(kWide_px));
    cv::dilate(wide, wide, disc(kWide_px));
    wide.convertTo(weight, CV_32F, 1.0 / 255);
    cv::GaussianBlur(weight, weight, {}, 2);
    cv::resize(weight, weight, alpha.size(), 0, 0, cv::INTER_LINEAR);
    core::parallel_for(alpha.rows, [&](int y) {
        for (int x = 0; x < alpha.cols; ++x) {
            float& a = alpha.at<float>(y, x);
            a += weight.at<float>(y, x) * (core::smoothstep(kNothing, kAll, a) - a);
        }
    });
}

/// Keeps pieces connected to the face, and soft edges near them.
void drop_strangers(cv::Mat& alpha, const cv::Mat& quarter, const cv::Point2f& nose) {
    constexpr float kSolid = 0.7F;
    constexpr float kKeep_px = 6.0F, kDrop_px = 14.0F;  // from the solid body, at quarter size
    cv::Mat labels, distance, gain;
    cv::connectedComponents(quarter > kSolid, labels, 8);
    const int x = std::clamp(static_cast<int>(nose.x / 4), 0, quarter.cols - 1);
    const int y = std::clamp(static_cast<int>(nose.y / 4), 0, quarter.rows - 1);
    if (labels.at<int>(y, x) == 0) {
        return;
    }
    cv::distanceTransform(labels != labels.at<int>(y, x), distance, cv::DIST_L2, 3);
    gain = (kDrop_px - distance) / (kDrop_px - kKeep_px);
    gain = cv::min(cv::max(gain, 0.0F), 1.0F);
    cv::resize(gain, gain, alpha.size(), 0, 0, cv::INTER_LINEAR);
    cv::multiply(alpha, gain, alpha);
}

}  // namespace

core::ImageF make_matte(const core::ImageU8& canvas,
                        const CanvasRect& inside,
                        const head::Landmarks& crop_landmarks,
                        const std::vector<OtherFace>& others,
                        vision::PersonSegmenter& segmenter) {
    const core::ImageF coarse = segmenter.segment_square(canvas);
    // Refined at half the canvas size to save time; the mask is coarse anyway.
    core::ImageU8 half(kCanvas / 2, kCanvas / 2, 3);
    cv::Mat half_mat = wrap(half), quarter;
    cv::resize(wrap(canvas), half_mat, half_mat.size(), 0, 0, cv::INTER_AREA);
    const core::ImageF fine = vision::refine_matte(half, coarse);
    core::ImageF out(kCanvas, kCanvas, 1);
    cv::Mat alpha = wrap(out);
    cv::resize(wrap(fine), alpha, alpha.size(), 0, 0, cv::INTER_LINEAR);
    fill_face(alpha, crop_landmarks);
    drop_other_people(canvas, crop_landmarks, others, out);
    continue_body(alpha, inside, on_canvas(crop_landmarks[head::kChin]).y);
    cut_doubtful_areas(canvas, inside, on_canvas(crop_landmarks[head::kNoseTip]).y, out);
    cv::resize(alpha, quarter, cv::Size(kCanvas / 4, kCanvas / 4), 0, 0, cv::INTER_AREA);
    decide_wide_doubts(alpha, quarter);
    cv::resize(alpha, quarter, quarter.size(), 0, 0, cv::INTER_AREA);
    fill_holes(alpha, quarter);
    drop_strangers(alpha, quarter, on_canvas(crop_landmarks[head::kNoseTip]));
    match_colours(canvas, inside, out);
    return out;
}

}  // namespace vasa::face
