// SPDX-License-Identifier: Apache-2.0
#include "portrait_crop.h"

#include "vasa/head/face_code.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace vasa::face {
namespace {

constexpr double kPi = 3.14159265358979323846;
// Crop side in face heights (brow line to chin is about 0.75 of it): head, hair and some shoulder.
constexpr double kSideWanted = 2.7, kSideLeast = 2.0;
// The face's centre lies this far below the crop's, in face heights: hair needs the room.
constexpr double kFaceBelowCentre = 0.06;

}  // namespace

PortraitCrop choose_crop(const core::ImageU8& image, const vision::FaceLandmarks& landmarks) {
    const auto& p = landmarks.points;
    const double roll = std::atan2(p[263].y - p[33].y, p[263].x - p[33].x);
    const int turns = static_cast<int>(std::lround(roll / (kPi / 2)));  // clockwise quarter turns
    // Upright coordinates: the image turned back by the quarter turns.
    core::Affine2 upright;
    double width = image.width, height = image.height;
    switch (((turns % 4) + 4) % 4) {
        case 1:
            upright = {0, 1, 0, -1, 0, width};
            std::swap(width, height);
            break;
        case 2:
            upright = {-1, 0, width, 0, -1, height};
            break;
        case 3:
            upright = {0, -1, height, 1, 0, 0};
            std::swap(width, height);
            break;
        default:
            break;
    }
    double x0 = 1e18, y0 = 1e18, x1 = -1e18, y1 = -1e18;
    for (int i = 0; i < 468; ++i) {
        const core::Vec2f q = upright(p[i].x, p[i].y);
        x0 = std::min<double>(x0, q.x);
        x1 = std::max<double>(x1, q.x);
        y0 = std::min<double>(y0, q.y);
        y1 = std::max<double>(y1, q.y);
    }
    const double face = std::max(y1 - y0, 1.1 * (x1 - x0));
    double side = kSideWanted * face;
    const double room = std::min(width, height);
    if (side > room) {
        side = std::max(room, kSideLeast * face);
    }
    double cx = (x0 + x1) / 2, cy = (y0 + y1) / 2 - kFaceBelowCentre * face;
    if (side <= width) {
        cx = std::clamp(cx, side / 2, width - side / 2);
    } else {
        cx = std::clamp(cx, width - side / 2, side / 2);
    }
    if (side <= height) {
        cy = std::clamp(cy, side / 2, height - side / 2);
    } else {
        cy = std::clamp(cy, height - side / 2, side / 2);
    }
    const double scale = head::kFrameSize_px / side;
    const core::Affine2 cut = {
        scale, 0, -(cx - side / 2) * scale, 0, scale, -(cy - side / 2) * scale};
    return {cut * upright, side / head::kFrameSize_px};
}

core::ImageU8 cut_canvas(const core::ImageU8& image, const PortraitCrop& crop) {
    constexpr int kSize = head::kCanvasSize_px;
    const core::Affine2 canvas_from_crop = {head::kCanvasScale,
                                            0,
                                            head::kCanvasMargin_px,
                                            0,
                                            head::kCanvasScale,
                                            head::kCanvasMargin_px};
    const cv::Mat source(
        image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.data.data()));
    cv::Mat reduced = source;
    double factor_x = 1, factor_y = 1;
    const double image_px_per_canvas_px = crop.image_px_per_crop_px / head::kCanvasScale;
    if (image_px_per_canvas_px > 1.0) {  // larger photos are averaged down first
        const cv::Size size(
            std::max(1, static_cast<int>(std::lround(image.width / image_px_per_canvas_px))),
            std::max(1, static_cast<int>(std::lround(image.height / image_px_per_canvas_px))));
        cv::resize(source, reduced, size, 0, 0, cv::INTER_AREA);
        factor_x = static_cast<double>(size.width) / image.width;
        factor_y = static_cast<double>(size.height) / image.height;
    }
    const core::Affine2 m = (canvas_from_crop * crop.crop_from_image) *
                            core::Affine2{1 / factor_x, 0, 0, 0, 1 / factor_y, 0};
    // OpenCV counts from pixel centres.
    const cv::Matx23d matrix(
        m.a, m.b, m.c + 0.5 * (m.a + m.b) - 0.5, m.d, m.e, m.f + 0.5 * (m.d + m.e) - 0.5);
    core::ImageU8 canvas(kSize, kSize, 3);
    cv::Mat out(kSize, kSize, CV_8UC3, canvas.data.data());
    cv::warpAffine(reduced, out, matrix, out.size(), cv::INTER_CUBIC, cv::BORDER_REPLICATE);

    // Outside of the image: blend the continued border into blurred copies of itself.
    cv::Mat inside(reduced.rows, reduced.cols, CV_8UC1, cv::Scalar(255)),
        mask(kSize, kSize, CV_8UC1);
    cv::warpAffine(inside, mask, matrix, mask.size(), cv::INTER_NEAREST, cv::BORDER_CONSTANT, 0);
    if (cv::countNonZero(mask) < kSize * kSize) {
        cv::Mat distance, blurred = out.clone();
        cv::Mat outside = 255 - mask;
        cv::distanceTransform(outside, distance, cv::DIST_L2, 3);
        for (int level = 0; level < 3; ++level) {
            const double sigma = 6.0 * (1 << (2 * level)), start = 3.0 * (1 << (2 * level));
            cv::Mat small;
            const int k = std::max(1, static_cast<int>(sigma / 3));
            cv::resize(blurred, small, cv::Size(kSize / k, kSize / k), 0, 0, cv::INTER_AREA);
            cv::GaussianBlur(small, small, {}, sigma / k);
            cv::resize(small, blurred, cv::Size(kSize, kSize), 0, 0, cv::INTER_LINEAR);
            for (int y = 0; y < kSize; ++y) {
                const float* d = distance.ptr<float>(y);
                std::uint8_t* o = out.ptr(y);
                const std::uint8_t* b = blurred.ptr(y);
                for (int x = 0; x < kSize; ++x) {
                    const double t = std::clamp((d[x] - start) / start, 0.0, 1.0);
                    for (int c = 0; c < 3 && t > 0; ++c) {
                        o[3 * x + c] = static_cast<std::uint8_t>(o[3 * x + c] * (1 - t) +
                                                                 b[3 * x + c] * t + 0.5);
                    }
                }
            }
        }
    }
    return canvas;
}

core::ImageU8 crop_from_canvas(const core::ImageU8& canvas) {
    constexpr int kSize = head::kFrameSize_px;
    core::ImageU8 crop(kSize, kSize, 3);
    for (int y = 0; y < kSize; ++y) {
        const std::uint8_t* a = canvas.at(head::kCanvasMargin_px, 2 * y + head::kCanvasMargin_px);
        const std::uint8_t* b =
            canvas.at(head::kCanvasMargin_px, 2 * y + 1 + head::kCanvasMargin_px);
        std::uint8_t* out = crop.row(y);
        const int n = canvas.channels;
        for (int x = 0; x < kSize; ++x) {
            for (int c = 0; c < 3; ++c) {
                out[3 * x + c] =
                    static_cast<std::uint8_t>((a[2 * n * x + c] + a[2 * n * x + n + c] +
                                               b[2 * n * x + c] + b[2 * n * x + n + c] + 2) /
                                              4);
            }
        }
    }
    return crop;
}

}  // namespace vasa::face
