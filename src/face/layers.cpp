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

core::ImageU8 to_image(const cv::Mat& m) {
    core::ImageU8 out(m.cols, m.rows, m.channels());
    m.copyTo(wrap(out));
    return out;
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

std::vector<cv::Point> face_outline(const std::array<core::Vec2f, 478>& landmarks) {
    constexpr std::array<int, 36> kOutline = {
        10,  338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
        152, 148, 176, 149, 150, 136, 172, 58,  132, 93,  234, 127, 162, 21,  54,  103, 67,  109};
    std::vector<cv::Point> outline;
    for (int i : kOutline) {
        outline.emplace_back(
            static_cast<int>(landmarks[i].x * head::kCanvasScale + head::kCanvasMargin_px),
            static_cast<int>(landmarks[i].y * head::kCanvasScale + head::kCanvasMargin_px));
    }
    return outline;
}

}  // namespace

core::ImageF make_matte(const core::ImageU8& canvas,
                        const std::array<core::Vec2f, 478>& crop_landmarks,
                        vision::PersonSegmenter& segmenter) {
    const core::ImageF coarse = segmenter.segment_square(canvas);
    // Refined at half the canvas' size: the mask is coarse, the time is not.
    cv::Mat half;
    cv::resize(wrap(canvas), half, cv::Size(kCanvas / 2, kCanvas / 2), 0, 0, cv::INTER_AREA);
    core::ImageF fine = vision::refine_matte(to_image(half), coarse);
    cv::Mat alpha;
    cv::resize(wrap(fine), alpha, cv::Size(kCanvas, kCanvas), 0, 0, cv::INTER_LINEAR);
    const std::vector<cv::Point> outline = face_outline(crop_landmarks);
    cv::Mat face(kCanvas, kCanvas, CV_8UC1, cv::Scalar(0));
    cv::fillPoly(face, std::vector<std::vector<cv::Point>>{outline}, cv::Scalar(255));
    cv::erode(face, face, cv::getStructuringElement(cv::MORPH_ELLIPSE, {9, 9}));
    alpha.setTo(1.0F, face);
    // Keep what hangs together with the face.
    cv::Mat solid, labels;
    cv::resize(alpha, solid, cv::Size(kCanvas / 4, kCanvas / 4), 0, 0, cv::INTER_AREA);
    solid = solid > 0.15F;
    const int count = cv::connectedComponents(solid, labels, 8);
    if (count > 2) {
        const core::Vec2f nose = crop_landmarks[1];
        const int x = std::clamp(
            static_cast<int>((nose.x * 2 + head::kCanvasMargin_px) / 4), 0, kCanvas / 4 - 1);
        const int y = std::clamp(
            static_cast<int>((nose.y * 2 + head::kCanvasMargin_px) / 4), 0, kCanvas / 4 - 1);
        cv::Mat keep = labels == labels.at<int>(y, x), large;
        cv::dilate(keep, keep, cv::Mat::ones(5, 5, CV_8U));
        cv::resize(keep, large, cv::Size(kCanvas, kCanvas), 0, 0, cv::INTER_NEAREST);
        alpha.setTo(0.0F, large == 0);
    }
    core::ImageF out(kCanvas, kCanvas, 1);
    alpha.copyTo(wrap(out));
    return out;
}

core::ImageU8 make_plate(const core::ImageU8& crop, const core::ImageF& canvas_matte) {
    cv::Mat matte;
    const cv::Rect inner(head::kCanvasMargin_px, head::kCanvasMargin_px, 2 * kFrame, 2 * kFrame);
    cv::resize(wrap(canvas_matte)(inner), matte, cv::Size(kFrame, kFrame), 0, 0, cv::INTER_AREA);
    cv::Mat person = matte > 0.02F, wide;
    cv::dilate(person, wide, cv::getStructuringElement(cv::MORPH_ELLIPSE, {13, 13}));
    cv::Mat colour;
    wrap(crop).convertTo(colour, CV_32FC3);
    cv::Mat known = wide == 0, weight;
    if (cv::countNonZero(known) < 200) {  // the person fills the crop: nothing to continue from
        return crop;
    }
    known.convertTo(weight, CV_32F, 1.0 / 255);
    const cv::Mat smooth = pull_push(colour, weight);
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
            // Far behind the person nobody looks; there the smooth colours are safer.
            const float fade = std::clamp(1.0F - distance.at<float>(y, x) / 90.0F, 0.0F, 1.0F);
            const cv::Vec3f v = smooth.at<cv::Vec3f>(y, x) + fade * detail;
            for (int c = 0; c < 3; ++c) {
                plate.at(x, y)[c] =
                    static_cast<std::uint8_t>(std::clamp(v[c] + 0.5F, 0.0F, 255.0F));
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
