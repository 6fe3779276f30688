// SPDX-License-Identifier: Apache-2.0
#include "portrait_crop.h"

#include "cv_shapes.h"

#include "vasa/core/face_mesh.h"
#include "vasa/core/parallel.h"
#include "vasa/head/face_code.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace vasa::face {
namespace {

constexpr double kPi = 3.14159265358979323846;
// Crop side in face heights (brow line to chin is about 0.75 of it): head, hair and some shoulder.
// Where the image has less, the crop is tighter, rather than made up at its borders; below the
// least the eyes would leave the frame.
constexpr double kSideWanted = 2.7, kSideLeast = 0.75;
// The face's centre lies this far below the crop's, in face heights: hair needs the room.
constexpr double kFaceBelowCentre = 0.06;
constexpr core::Affine2 kCanvasFromCrop = {
    head::kCanvasScale, 0, head::kCanvasMargin_px, 0, head::kCanvasScale, head::kCanvasMargin_px};

/// The image turned upright by quarter turns, according to a face's eyes.
struct Upright {
    core::Affine2 from_image;
    double width = 0, height = 0;
};

Upright set_upright(const core::ImageU8& image, const vision::FaceLandmarks& face) {
    const auto& p = face.points;
    const double roll = std::atan2(p[core::kLeftEyeOuter].y - p[core::kRightEyeOuter].y,
                                   p[core::kLeftEyeOuter].x - p[core::kRightEyeOuter].x);
    const int turns = static_cast<int>(std::lround(roll / (kPi / 2)));  // clockwise quarter turns
    const double w = image.width, h = image.height;
    switch (((turns % 4) + 4) % 4) {
        case 1:
            return {{0, 1, 0, -1, 0, w}, h, w};
        case 2:
            return {{-1, 0, w, 0, -1, h}, w, h};
        case 3:
            return {{0, -1, h, 1, 0, 0}, h, w};
        default:
            return {{}, w, h};
    }
}

/// Middle of a side that must lie within 0..room, or cover it evenly if longer.
double settle_centre(double centre, double side, double room) {
    const double a = side / 2, b = room - side / 2;
    return std::clamp(centre, std::min(a, b), std::max(a, b));
}

CanvasRect covered_canvas(const core::Affine2& crop_from_image, const core::ImageU8& image) {
    const core::Affine2 m = kCanvasFromCrop * crop_from_image;
    const core::Vec2f a = m(0, 0), b = m(image.width, image.height);
    const auto low = [](float u, float v) {
        return std::clamp(static_cast<int>(std::ceil(std::min(u, v))), 0, head::kCanvasSize_px);
    };
    const auto high = [](float u, float v) {
        return std::clamp(static_cast<int>(std::floor(std::max(u, v))), 0, head::kCanvasSize_px);
    };
    return {low(a.x, b.x), low(a.y, b.y), high(a.x, b.x), high(a.y, b.y)};
}

/// Blends pixels outside the image with increasingly blurred copies of the canvas.
void blur_outside(cv::Mat& canvas, const CanvasRect& inside) {
    constexpr int kSize = head::kCanvasSize_px;
    if (inside.x0 == 0 && inside.y0 == 0 && inside.x1 == kSize && inside.y1 == kSize) {
        return;
    }
    cv::Mat blurred = canvas.clone();
    for (int level = 0; level < 3; ++level) {
        const double sigma = 6.0 * (1 << (2 * level)), start = 3.0 * (1 << (2 * level));
        const int k = static_cast<int>(sigma / 3);
        cv::Mat small;
        cv::resize(blurred, small, cv::Size(kSize / k, kSize / k), 0, 0, cv::INTER_AREA);
        cv::GaussianBlur(small, small, {}, sigma / k);
        cv::resize(small, blurred, cv::Size(kSize, kSize), 0, 0, cv::INTER_LINEAR);
        core::parallel_for(kSize, [&](int y) {
            const int dy = std::max({inside.y0 - y, y - inside.y1 + 1, 0});
            std::uint8_t* o = canvas.ptr(y);
            const std::uint8_t* b = blurred.ptr(y);
            for (int x = 0; x < kSize; ++x) {
                const int dx = std::max({inside.x0 - x, x - inside.x1 + 1, 0});
                if (dx == 0 && dy == 0) {
                    x = std::max(x, inside.x1 - 1);
                    continue;
                }
                const double t = std::clamp((std::hypot(dx, dy) - start) / start, 0.0, 1.0);
                for (int c = 3 * x; c < 3 * x + 3 && t > 0; ++c) {
                    o[c] = static_cast<std::uint8_t>(o[c] * (1 - t) + b[c] * t + 0.5);
                }
            }
        });
    }
}

}  // namespace

PortraitCrop choose_crop(const core::ImageU8& image, const vision::FaceLandmarks& landmarks) {
    return choose_crop(image, std::vector<vision::FaceLandmarks>{landmarks});
}

PortraitCrop choose_crop(const core::ImageU8& image,
                         const std::vector<vision::FaceLandmarks>& places) {
    const Upright upright = set_upright(image, places.at(0));
    double x0 = 1e18, y0 = 1e18, x1 = -1e18, y1 = -1e18;
    for (const vision::FaceLandmarks& landmarks : places) {
        for (int i = 0; i < core::kNumMeshLandmarks; ++i) {
            const core::Vec2f q = upright.from_image(landmarks.points[i].x, landmarks.points[i].y);
            x0 = std::min<double>(x0, q.x);
            x1 = std::max<double>(x1, q.x);
            y0 = std::min<double>(y0, q.y);
            y1 = std::max<double>(y1, q.y);
        }
    }
    const double face = std::max(y1 - y0, 1.1 * (x1 - x0));
    const double room = std::min(upright.width, upright.height);
    const double side = std::min(kSideWanted * face, std::max(room, kSideLeast * face));
    const double cx = settle_centre((x0 + x1) / 2, side, upright.width);
    const double cy = settle_centre((y0 + y1) / 2 - kFaceBelowCentre * face, side, upright.height);
    const double scale = head::kFrameSize_px / side;
    const core::Affine2 cut = {
        scale, 0, -(cx - side / 2) * scale, 0, scale, -(cy - side / 2) * scale};
    PortraitCrop crop{cut * upright.from_image, side / head::kFrameSize_px, {}};
    crop.inside = covered_canvas(crop.crop_from_image, image);
    return crop;
}

core::ImageU8 cut_canvas(const core::ImageU8& image, const PortraitCrop& crop) {
    constexpr int kSize = head::kCanvasSize_px;
    const cv::Mat source = wrap(image);
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
    const core::Affine2 m = (kCanvasFromCrop * crop.crop_from_image) *
                            core::Affine2{1 / factor_x, 0, 0, 0, 1 / factor_y, 0};
    // OpenCV counts from pixel centres.
    const cv::Matx23d matrix(
        m.a, m.b, m.c + 0.5 * (m.a + m.b) - 0.5, m.d, m.e, m.f + 0.5 * (m.d + m.e) - 0.5);
    core::ImageU8 canvas(kSize, kSize, 3);
    cv::Mat out(kSize, kSize, CV_8UC3, canvas.data.data());
    cv::warpAffine(reduced, out, matrix, out.size(), cv::INTER_CUBIC, cv::BORDER_REPLICATE);
    blur_outside(out, crop.inside);
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
