// SPDX-License-Identifier: Apache-2.0
#include "layers.h"

#include "cv_image.h"
#include "pull_push.h"

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

}  // namespace

core::ImageU8 make_plate(const core::ImageU8& crop,
                         const core::ImageF& canvas_matte,
                         const CanvasRect& inside) {
    cv::Mat matte;
    const cv::Rect inner(head::kCanvasMargin_px, head::kCanvasMargin_px, 2 * kFrame, 2 * kFrame);
    cv::resize(wrap(canvas_matte)(inner), matte, cv::Size(kFrame, kFrame), 0, 0, cv::INTER_AREA);
    // Right beside the matte lie hairs that it missed; what is further away is the real background.
    constexpr float kHairs_px = 4.0F, kBlend_px = 5.0F;
    cv::Mat distance_px, wide;
    cv::distanceTransform(matte <= 0.25F, distance_px, cv::DIST_L2, 5);
    // What the crop shows beyond the image's border is made up, of hair and shoulders too.
    cv::Mat covered(matte.size(), CV_8U, cv::Scalar(0));
    const auto on_crop = [](int canvas_px) {
        return std::clamp((canvas_px - head::kCanvasMargin_px) / head::kCanvasScale, 0, kFrame);
    };
    const cv::Rect image(cv::Point(on_crop(inside.x0), on_crop(inside.y0)),
                         cv::Point(on_crop(inside.x1), on_crop(inside.y1)));
    covered(image).setTo(255);
    distance_px.setTo(0, covered == 0);
    wide = distance_px < kHairs_px + kBlend_px;
    cv::Mat colour;
    wrap(crop).convertTo(colour, CV_32FC3);
    cv::Mat known = wide == 0, weight;
    if (cv::countNonZero(known) < 200) {  // the person fills the crop: nothing to continue from
        return crop;
    }
    known.convertTo(weight, CV_32F, 1.0 / 255);
    const cv::Mat smooth = pull_push(colour, weight);
    constexpr float kMaxDetail = 12.0F;
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
