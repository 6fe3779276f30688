// SPDX-License-Identifier: Apache-2.0
#include "plate/layers.h"

#include "cv_shapes.h"
#include "plate/exemplar_fill.h"
#include "plate/pull_push.h"

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
    // Hairs that the matte missed lie right beside it; pixels further away are real background.
    constexpr float kHairs_px = 4.0F, kBlend_px = 5.0F;
    cv::Mat distance_px;
    cv::distanceTransform(matte <= 0.25F, distance_px, cv::DIST_L2, 5);
    // Crop pixels beyond the image's border are made up, partly from hair and shoulders.
    cv::Mat covered(matte.size(), CV_8U, cv::Scalar(0));
    const auto on_crop = [](int canvas_px) {
        return std::clamp((canvas_px - head::kCanvasMargin_px) / head::kCanvasScale, 0, kFrame);
    };
    const cv::Rect image(cv::Point(on_crop(inside.x0), on_crop(inside.y0)),
                         cv::Point(on_crop(inside.x1), on_crop(inside.y1)));
    covered(image).setTo(255);
    distance_px.setTo(0, covered == 0);
    const cv::Mat own = cv::min(cv::max((distance_px - kHairs_px) / kBlend_px, 0.0F), 1.0F);
    core::ImageU8 known(kFrame, kFrame, 1);
    cv::compare(own, 0.5F, wrap(known), cv::CMP_GE);
    if (cv::countNonZero(wrap(known)) < 200) {  // the person fills the crop: nothing to continue
        return crop;
    }
    cv::Mat colour;
    wrap(crop).convertTo(colour, CV_32FC3);
    core::ImageF smooth(kFrame, kFrame, 3);
    pull_push(colour, own).copyTo(wrap(smooth));
    // Pixels far behind the person matter little, and the seen background predicts them poorly.
    constexpr float kReach_px = 60.0F, kFade_px = 16.0F;
    const core::ImageF continued = exemplar_fill(smooth, known, kReach_px);
    cv::Mat depth_px;
    cv::distanceTransform(wrap(known) == 0, depth_px, cv::DIST_L2, 5);
    core::ImageU8 plate(crop);
    core::parallel_for(kFrame, [&](int y) {
        for (int x = 0; x < kFrame; ++x) {
            const float seen = own.at<float>(y, x);
            if (seen == 1.0F) {
                continue;
            }
            const float near =
                std::clamp((kReach_px - depth_px.at<float>(y, x)) / kFade_px, 0.0F, 1.0F);
            for (int c = 0; c < 3; ++c) {
                const float behind =
                    near * continued.at(x, y)[c] + (1.0F - near) * smooth.at(x, y)[c];
                const float mixed =
                    seen * static_cast<float>(crop.at(x, y)[c]) + (1.0F - seen) * behind;
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
    // Spreads solid colours outwards, at half size.
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
            const auto& s = solid.at<cv::Vec3f>(y / 2, x / 2);
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
