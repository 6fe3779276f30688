// SPDX-License-Identifier: Apache-2.0
#include "network_input.h"

#include "vasa/core/error.h"
#include "vasa/media/cv_image.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include <opencv2/imgproc.hpp>

namespace vasa::vision {
namespace {

/// Image pixels per sampled pixel above which bilinear sampling alone would alias.
constexpr double kMaxBilinearStep = 2.0;

cv::Size scaled_size(const cv::Size& size, double scale) {
    return {std::max(1, cvRound(size.width * scale)), std::max(1, cvRound(size.height * scale))};
}

core::Affine2 scale_about_origin(double x, double y) {
    return {x, 0, 0, 0, y, 0};
}

/// Bilinear sampling; OpenCV's origin is the first pixel's centre, Affine2's is its corner.
cv::Mat warp(const cv::Mat& rgb, const core::Affine2& m, int n, int border) {
    const cv::Matx23d index_map(
        m.a, m.b, m.c + 0.5 * (m.a + m.b) - 0.5, m.d, m.e, m.f + 0.5 * (m.d + m.e) - 0.5);
    cv::Mat out;
    cv::warpAffine(rgb,
                   out,
                   index_map,
                   {n, n},
                   cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                   border,
                   cv::Scalar::all(0));
    return out;
}

/// The part of the image that the n × n samples touch, plus one pixel.
cv::Rect touched_part(const core::Affine2& image_from_sampled, int n, const cv::Size& size) {
    double x0 = size.width, y0 = size.height, x1 = 0, y1 = 0;
    for (const std::array<int, 2>& corner : {std::array<int, 2>{0, 0}, {n, 0}, {0, n}, {n, n}}) {
        const core::Vec2f p = image_from_sampled(corner[0], corner[1]);
        x0 = std::min<double>(x0, p.x);
        y0 = std::min<double>(y0, p.y);
        x1 = std::max<double>(x1, p.x);
        y1 = std::max<double>(y1, p.y);
    }
    const auto low = [](double v, int end) {
        return static_cast<int>(std::clamp(std::floor(v) - 1, 0.0, end - 1.0));
    };
    const auto high = [](double v, int start, int end) {
        return static_cast<int>(std::clamp(std::ceil(v) + 1, start + 1.0, double(end)));
    };
    const int left = low(x0, size.width);
    const int top = low(y0, size.height);
    return {left, top, high(x1, left, size.width) - left, high(y1, top, size.height) - top};
}

}  // namespace

cv::Mat view_as_mat(const core::ImageU8& rgb) {
    const auto expected =
        static_cast<std::size_t>(std::max(rgb.width, 0)) * std::max(rgb.height, 0) * 3;
    if (expected == 0 || rgb.channels != 3 || rgb.data.size() != expected) {
        throw core::Error(core::ErrorKind::Input,
                          "cannot use image: expected 3 channels and at least one pixel, found " +
                              std::to_string(rgb.width) + " x " + std::to_string(rgb.height) +
                              " x " + std::to_string(rgb.channels) + " with " +
                              std::to_string(rgb.data.size()) + " bytes");
    }
    return media::wrap(rgb);
}

Sampled letterbox(const cv::Mat& rgb, int n) {
    const double scale = static_cast<double>(n) / std::max(rgb.cols, rgb.rows);
    Sampled out;
    out.image_from_sampled = {
        1 / scale, 0, (rgb.cols - n / scale) / 2, 0, 1 / scale, (rgb.rows - n / scale) / 2};
    if (scale * kMaxBilinearStep >= 1) {
        out.rgb = warp(rgb, out.image_from_sampled, n, cv::BORDER_CONSTANT);
        return out;
    }
    cv::Mat small;
    cv::resize(rgb, small, scaled_size(rgb.size(), scale * kMaxBilinearStep), 0, 0, cv::INTER_AREA);
    const core::Affine2 small_from_image = scale_about_origin(
        static_cast<double>(small.cols) / rgb.cols, static_cast<double>(small.rows) / rgb.rows);
    out.rgb = warp(small, small_from_image * out.image_from_sampled, n, cv::BORDER_CONSTANT);
    return out;
}

Sampled sample_square(const cv::Mat& rgb, const Square& square, int n, int border) {
    const double step = square.side / n;
    const double c = step * std::cos(square.angle_rad);
    const double s = step * std::sin(square.angle_rad);
    const double half = n / 2.0;
    Sampled out;
    out.image_from_sampled = {c, -s, square.cx - half * (c - s), s, c, square.cy - half * (s + c)};
    // Warp only this part: warpAffine indexes pixels in 16 bits, images may be larger.
    const cv::Rect part = touched_part(out.image_from_sampled, n, rgb.size());
    const core::Affine2 part_from_image{1, 0, -double(part.x), 0, 1, -double(part.y)};
    if (step <= kMaxBilinearStep) {
        out.rgb = warp(rgb(part), part_from_image * out.image_from_sampled, n, border);
        return out;
    }
    cv::Mat small;
    cv::resize(
        rgb(part), small, scaled_size(part.size(), kMaxBilinearStep / step), 0, 0, cv::INTER_AREA);
    const core::Affine2 small_from_part =
        scale_about_origin(static_cast<double>(small.cols) / part.width,
                           static_cast<double>(small.rows) / part.height);
    out.rgb = warp(small, small_from_part * part_from_image * out.image_from_sampled, n, border);
    return out;
}

Blob rgb_blob(const cv::Mat& rgb, float scale, float offset) {
    Blob blob;
    blob.shape = {1, 3, rgb.rows, rgb.cols};
    const std::size_t plane = rgb.total();
    blob.values.resize(plane * 3);
    std::size_t i = 0;
    for (int y = 0; y < rgb.rows; ++y) {
        const auto* row = rgb.ptr<std::uint8_t>(y);
        for (int x = 0; x < rgb.cols; ++x, ++i) {
            for (std::size_t channel = 0; channel < 3; ++channel) {
                blob.values[channel * plane + i] =
                    static_cast<float>(row[3 * x + static_cast<int>(channel)]) * scale + offset;
            }
        }
    }
    return blob;
}

}  // namespace vasa::vision
