// SPDX-License-Identifier: Apache-2.0
#include "layers.h"

#include "vasa/core/parallel.h"
#include "vasa/head/face_code.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace vasa::face {
namespace {

constexpr int kCanvas = head::kCanvasSize_px;
constexpr int kFrame = head::kFrameSize_px;

cv::Mat wrap(const core::ImageU8& image) {
    return {image.height,
            image.width,
            CV_8UC(image.channels),
            const_cast<std::uint8_t*>(image.data.data())};
}
cv::Mat wrap(const core::ImageF& image) {
    return {
        image.height, image.width, CV_32FC(image.channels), const_cast<float*>(image.data.data())};
}

/// Pulls known colours (weight 1) over the unknown (weight 0), coarse to fine.
/// Source: Gortler et al., The Lumigraph (1996), pull-push.
cv::Mat pull_push(const cv::Mat& colour, const cv::Mat& weight) {
    if (colour.cols <= 2 || colour.rows <= 2) {
        cv::Mat out;
        const cv::Scalar total = cv::sum(weight);
        cv::Scalar mean(128, 128, 128);
        if (total[0] > 1e-6) {
            cv::Mat w3, product;
            cv::merge(std::vector<cv::Mat>(3, weight), w3);
            product = colour.mul(w3);
            mean = cv::sum(product) / total[0];
        }
        return {colour.rows, colour.cols, CV_32FC3, mean};
    }
    cv::Mat w3;
    cv::merge(std::vector<cv::Mat>(3, weight), w3);
    const cv::Size half((colour.cols + 1) / 2, (colour.rows + 1) / 2);
    cv::Mat sum, small_weight, small_w3;
    cv::resize(colour.mul(w3), sum, half, 0, 0, cv::INTER_AREA);
    cv::resize(weight, small_weight, half, 0, 0, cv::INTER_AREA);
    cv::merge(std::vector<cv::Mat>(3, small_weight), small_w3);
    cv::Mat small = sum / (small_w3 + cv::Scalar::all(1e-6));
    cv::Mat full_weight = cv::min(small_weight * 4.0F, 1.0F);
    cv::Mat filled = pull_push(small, full_weight), large;
    cv::resize(filled, large, colour.size(), 0, 0, cv::INTER_CUBIC);
    return colour.mul(w3) + large.mul(cv::Scalar::all(1.0) - w3);
}

/// Where the canvas has crop pixel (x, y).
cv::Point2f on_canvas(const core::Vec2f& crop) {
    const core::Vec2f p = head::canvas_from_crop(crop);
    return {p.x, p.y};
}

/// Makes the face solid, up to a little inside of its outline.
void fill_face(cv::Mat& alpha, const std::array<core::Vec2f, 478>& crop_landmarks) {
    constexpr std::array<int, 36> kOutline = {
        10,  338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
        152, 148, 176, 149, 150, 136, 172, 58,  132, 93,  234, 127, 162, 21,  54,  103, 67,  109};
    constexpr float kInside = 0.97F;
    cv::Point2f middle(0, 0);
    for (int i : kOutline) {
        middle += on_canvas(crop_landmarks[i]) / static_cast<float>(kOutline.size());
    }
    std::vector<cv::Point> outline;
    for (int i : kOutline) {
        outline.emplace_back(middle + kInside * (on_canvas(crop_landmarks[i]) - middle));
    }
    cv::fillPoly(alpha, std::vector<std::vector<cv::Point>>{outline}, cv::Scalar(1.0));
}

/// Alpha of a column from row y down to the last row, the least of each; 1 where a shoulder leaves
/// the image, 0 where an elbow only touches its border.
std::vector<float> lasting_alpha(const cv::Mat& alpha, int x, int first_row, int last_row) {
    std::vector<float> lasting(alpha.rows, 0.0F);
    float least = 1.0F;
    for (int y = last_row; y >= first_row; --y) {
        least = std::min(least, alpha.at<float>(y, x));
        lasting[y] = least;
    }
    return lasting;
}

/// Below the chin the body goes on where the image ends; the network sees only blur there.
void continue_body(cv::Mat& alpha, const CanvasRect& inside, float chin_y) {
    constexpr float kBlend_px = 64.0F;
    constexpr int kEdge_px = 6;  // the matte right at the image's border is unsure
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
    constexpr int kSmall_px = 200, kLarge_px = 2000;  // of the quarter size
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
        if (!enclosed || area > kLarge_px || (area > kSmall_px && sum[i] < kEmpty * area)) {
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

/// Hair fades out over a few pixels; wide areas of half a person are hats and coats of which the
/// network is not sure: there it is decided.
void decide_wide_doubts(cv::Mat& alpha, const cv::Mat& quarter) {
    constexpr float kLeast = 0.35F, kMost = 0.97F;
    constexpr float kNothing = 0.40F, kAll = 0.68F;
    constexpr int kWide_px = 9;  // of the quarter size
    const cv::Mat disc = cv::getStructuringElement(cv::MORPH_ELLIPSE, {kWide_px, kWide_px});
    cv::Mat doubt = (quarter > kLeast) & (quarter < kMost), wide, weight;
    cv::morphologyEx(doubt, wide, cv::MORPH_OPEN, disc);
    cv::dilate(wide, wide, disc);
    wide.convertTo(weight, CV_32F, 1.0 / 255);
    cv::GaussianBlur(weight, weight, {}, 2);
    cv::resize(weight, weight, alpha.size(), 0, 0, cv::INTER_LINEAR);
    core::parallel_for(alpha.rows, [&](int y) {
        for (int x = 0; x < alpha.cols; ++x) {
            float& a = alpha.at<float>(y, x);
            const float t = std::clamp((a - kNothing) / (kAll - kNothing), 0.0F, 1.0F);
            a += weight.at<float>(y, x) * (t * t * (3.0F - 2.0F * t) - a);
        }
    });
}

/// Keeps what hangs together with the face, and soft edges near to it.
void drop_strangers(cv::Mat& alpha, const cv::Mat& quarter, const cv::Point2f& nose) {
    constexpr float kSolid = 0.7F;
    constexpr float kKeep_px = 6.0F, kDrop_px = 14.0F;  // from the solid body, of the quarter size
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
                        const std::array<core::Vec2f, 478>& crop_landmarks,
                        vision::PersonSegmenter& segmenter) {
    const core::ImageF coarse = segmenter.segment_square(canvas);
    // Refined at half the canvas' size: the mask is coarse, the time is not.
    core::ImageU8 half(kCanvas / 2, kCanvas / 2, 3);
    cv::Mat half_mat = wrap(half), quarter;
    cv::resize(wrap(canvas), half_mat, half_mat.size(), 0, 0, cv::INTER_AREA);
    const core::ImageF fine = vision::refine_matte(half, coarse);
    core::ImageF out(kCanvas, kCanvas, 1);
    cv::Mat alpha = wrap(out);
    cv::resize(wrap(fine), alpha, alpha.size(), 0, 0, cv::INTER_LINEAR);
    fill_face(alpha, crop_landmarks);
    continue_body(alpha, inside, on_canvas(crop_landmarks[152]).y);
    cv::resize(alpha, quarter, cv::Size(kCanvas / 4, kCanvas / 4), 0, 0, cv::INTER_AREA);
    decide_wide_doubts(alpha, quarter);
    cv::resize(alpha, quarter, quarter.size(), 0, 0, cv::INTER_AREA);
    fill_holes(alpha, quarter);
    drop_strangers(alpha, quarter, on_canvas(crop_landmarks[1]));
    return out;
}

core::ImageU8 make_plate(const core::ImageU8& crop, const core::ImageF& canvas_matte) {
    cv::Mat matte;
    const cv::Rect inner(head::kCanvasMargin_px, head::kCanvasMargin_px, 2 * kFrame, 2 * kFrame);
    cv::resize(wrap(canvas_matte)(inner), matte, cv::Size(kFrame, kFrame), 0, 0, cv::INTER_AREA);
    // Right beside the matte lie hairs that it missed; what is further away is the real background.
    constexpr float kHairs_px = 4.0F, kBlend_px = 5.0F;
    cv::Mat distance_px, wide;
    cv::distanceTransform(matte <= 0.25F, distance_px, cv::DIST_L2, 5);
    wide = distance_px < kHairs_px + kBlend_px;
    cv::Mat colour;
    wrap(crop).convertTo(colour, CV_32FC3);
    cv::Mat known = wide == 0, weight;
    if (cv::countNonZero(known) < 200) {  // the person fills the crop: nothing to continue from
        return crop;
    }
    known.convertTo(weight, CV_32F, 1.0 / 255);
    const cv::Mat smooth = pull_push(colour, weight);
    constexpr float kMaxDetail = 36.0F;
    // Texture: what the background has beyond its own smooth version, mirrored at the outline.
    cv::Mat distance, labels;
    cv::distanceTransform(wide, distance, labels, cv::DIST_L2, 5, cv::DIST_LABEL_PIXEL);
    cv::Mat blurred_colour, blurred_weight;
    cv::Mat w3;
    cv::merge(std::vector<cv::Mat>(3, weight), w3);
    cv::GaussianBlur(colour.mul(w3), blurred_colour, {}, 6);
    cv::GaussianBlur(weight, blurred_weight, {}, 6);
    std::vector<cv::Point> border_of(static_cast<std::size_t>(kFrame) * kFrame + 1);
    for (int y = 0; y < kFrame; ++y) {
        for (int x = 0; x < kFrame; ++x) {
            if (known.at<std::uint8_t>(y, x) != 0) {
                border_of[labels.at<int>(y, x)] = {x, y};
            }
        }
    }
    core::ImageU8 plate(crop);
    core::parallel_for(kFrame, [&](int y) {
        for (int x = 0; x < kFrame; ++x) {
            if (wide.at<std::uint8_t>(y, x) == 0) {
                continue;
            }
            const cv::Point b = border_of[labels.at<int>(y, x)];
            const int mx = std::clamp(2 * b.x - x, 0, kFrame - 1),
                      my = std::clamp(2 * b.y - y, 0, kFrame - 1);
            cv::Vec3f detail(0, 0, 0);
            if (known.at<std::uint8_t>(my, mx) != 0) {
                const float w = blurred_weight.at<float>(my, mx) + 1e-6F;
                detail = colour.at<cv::Vec3f>(my, mx) - blurred_colour.at<cv::Vec3f>(my, mx) / w;
            }
            // Far behind the person nobody looks; there, and instead of strong edges, the smooth
            // colours are safer.
            const float fade = std::clamp((70.0F - distance.at<float>(y, x)) / 40.0F, 0.0F, 1.0F);
            const auto peak = static_cast<float>(cv::norm(detail, cv::NORM_INF));
            const float gain = fade * std::min(1.0F, kMaxDetail / std::max(peak, 1.0F));
            const cv::Vec3f v = smooth.at<cv::Vec3f>(y, x) + gain * detail;
            const float own =
                std::clamp((distance_px.at<float>(y, x) - kHairs_px) / kBlend_px, 0.0F, 1.0F);
            for (int c = 0; c < 3; ++c) {
                const float mixed =
                    own * static_cast<float>(crop.at(x, y)[c]) + (1.0F - own) * v[c];
                plate.at(x, y)[c] =
                    static_cast<std::uint8_t>(std::clamp(mixed + 0.5F, 0.0F, 255.0F));
            }
        }
    });
    return plate;
}

core::ImageU8 make_foreground(const core::ImageU8& canvas,
                              const core::ImageF& matte,
                              const core::ImageU8& plate) {
    // Solid colours spread outwards, at half size.
    constexpr int kHalf = kCanvas / 2;
    cv::Mat small, alpha;
    cv::resize(wrap(canvas), small, cv::Size(kHalf, kHalf), 0, 0, cv::INTER_AREA);
    cv::resize(wrap(matte), alpha, cv::Size(kHalf, kHalf), 0, 0, cv::INTER_AREA);
    cv::Mat colour, weight;
    small.convertTo(colour, CV_32FC3);
    cv::Mat(alpha > 0.97F).convertTo(weight, CV_32F, 1.0 / 255);
    const cv::Mat solid = pull_push(colour, weight);
    core::ImageU8 out(kCanvas, kCanvas, 4);
    constexpr float kMaxDifference = 60.0F;
    core::parallel_for(kCanvas, [&](int y) {
        for (int x = 0; x < kCanvas; ++x) {
            const float a = std::clamp(*matte.at(x, y), 0.0F, 1.0F);
            const std::uint8_t* c = canvas.at(x, y);
            std::uint8_t* o = out.at(x, y);
            o[3] = static_cast<std::uint8_t>(a * 255.0F + 0.5F);
            if (o[3] == 255) {
                std::copy(c, c + 3, o);
                continue;
            }
            const int px = std::clamp((x - head::kCanvasMargin_px) / 2, 0, kFrame - 1);
            const int py = std::clamp((y - head::kCanvasMargin_px) / 2, 0, kFrame - 1);
            const std::uint8_t* b = plate.at(px, py);
            const cv::Vec3f s = solid.at<cv::Vec3f>(y / 2, x / 2);
            for (int k = 0; k < 3; ++k) {
                float f = s[k];
                if (a > 0.02F) {
                    const float own =
                        (static_cast<float>(c[k]) - (1 - a) * static_cast<float>(b[k])) / a;
                    // The fainter the pixel, the less its own colour is known.
                    const float trust = kMaxDifference * std::min(1.0F, 2 * a);
                    f = std::clamp(own, s[k] - trust, s[k] + trust);
                }
                o[k] = static_cast<std::uint8_t>(std::clamp(f + 0.5F, 0.0F, 255.0F));
            }
        }
    });
    return out;
}

}  // namespace vasa::face
