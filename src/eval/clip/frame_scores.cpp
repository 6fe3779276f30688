// SPDX-License-Identifier: Apache-2.0
#include "clip/frame_scores.h"

#include "image_metrics.h"
#include "motion/landmark_points.h"
#include "statistics.h"

#include "vasa/media/cv_image.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <opencv2/imgproc.hpp>

namespace vasa::eval {
namespace {

using core::ImageF;
using core::ImageU8;
using core::Vec2f;

cv::Mat luminance(const ImageU8& rgb) {
    cv::Mat grey;
    cv::cvtColor(media::wrap(rgb), grey, cv::COLOR_RGB2GRAY);
    return grey;
}

/// Bounding box of landmarks, enlarged by a fraction of its size and clipped to the image.
cv::Rect box_of(const head::Landmarks& p,
                const std::vector<int>& points,
                float margin,
                cv::Size in) {
    float x0 = 1e6F, y0 = 1e6F, x1 = -1e6F, y1 = -1e6F;
    for (const int i : points) {
        x0 = std::min(x0, p[i].x);
        y0 = std::min(y0, p[i].y);
        x1 = std::max(x1, p[i].x);
        y1 = std::max(y1, p[i].y);
    }
    const float mx = margin * (x1 - x0), my = margin * (y1 - y0);
    const cv::Rect box(cv::Point(static_cast<int>(x0 - mx), static_cast<int>(y0 - my)),
                       cv::Point(static_cast<int>(x1 + mx) + 1, static_cast<int>(y1 + my) + 1));
    return box & cv::Rect(0, 0, in.width, in.height);
}

std::vector<int> range(int begin, int end) {
    std::vector<int> points;
    for (int i = begin; i < end; ++i) {
        points.push_back(i);
    }
    return points;
}

const std::vector<int>& face_points() {
    static const std::vector<int> points = range(0, head::kNumMeshLandmarks);
    return points;
}

double box_energy(const cv::Mat& grey, const cv::Rect& box) {
    double sum = 0;
    int count = 0;
    for (int y = box.y; y + 1 < box.y + box.height; ++y) {
        const std::uint8_t *here = grey.ptr(y), *below = grey.ptr(y + 1);
        for (int x = box.x; x + 1 < box.x + box.width; ++x) {
            const int dx = here[x + 1] - here[x], dy = below[x] - here[x];
            sum += dx * dx + dy * dy;
            ++count;
        }
    }
    return count > 0 ? sum / count : 0.0;
}

}  // namespace

std::array<double, kNumSharpRegions> gradient_energy(const ImageU8& rgb,
                                                     const head::Landmarks& landmarks) {
    static const std::vector<int> lips(kLips.begin(), kLips.end());
    static const std::vector<int> right(kEyePoints[0].begin(), kEyePoints[0].end()),
        left(kEyePoints[1].begin(), kEyePoints[1].end());
    const cv::Mat grey = luminance(rgb);
    // A difference of one pixel spans less of a larger face.
    const double unit = core::eye_distance<double>(landmarks);
    const double scale = unit * unit;
    const cv::Size size = grey.size();
    return {scale * box_energy(grey, box_of(landmarks, face_points(), 0.0F, size)),
            scale * box_energy(grey, box_of(landmarks, lips, 0.1F, size)),
            0.5 * scale *
                (box_energy(grey, box_of(landmarks, right, 0.4F, size)) +
                 box_energy(grey, box_of(landmarks, left, 0.4F, size)))};
}

double ssim(const ImageU8& a, const ImageU8& b) {
    constexpr double kC1 = 6.5025, kC2 = 58.5225;  // (0.01 * 255)^2, (0.03 * 255)^2
    cv::Mat x, y;
    luminance(a).convertTo(x, CV_32F);
    luminance(b).convertTo(y, CV_32F);
    const auto smooth = [](const cv::Mat& image) {
        cv::Mat out;
        cv::GaussianBlur(image, out, {11, 11}, 1.5);
        return out;
    };
    const cv::Mat mx = smooth(x), my = smooth(y);
    const cv::Mat vx = smooth(x.mul(x)) - mx.mul(mx), vy = smooth(y.mul(y)) - my.mul(my);
    const cv::Mat vxy = smooth(x.mul(y)) - mx.mul(my);
    cv::Mat above = 2 * mx.mul(my) + kC1, below = mx.mul(mx) + my.mul(my) + kC1;
    above = above.mul(2 * vxy + kC2);
    below = below.mul(vx + vy + kC2);
    cv::Mat ratio;
    cv::divide(above, below, ratio);
    return cv::mean(ratio)[0];
}

double outline_contrast(const ImageU8& rgb, const ImageF& mask, const head::Landmarks& landmarks) {
    const cv::Mat soft = media::wrap(mask);
    cv::Mat full;
    cv::resize(soft, full, {rgb.width, rgb.height}, 0, 0, cv::INTER_LINEAR);
    cv::GaussianBlur(full, full, {0, 0}, rgb.width / 256.0);
    const cv::Mat grey = luminance(rgb);
    const int reach =
        std::max(1, static_cast<int>(std::lround(3.0 * rgb.width / head::kFrameSize_px)));
    const int last_row =
        std::min(rgb.height - reach - 1, static_cast<int>(landmarks[head::kChin].y));
    std::vector<double> contrasts;
    for (int y = reach + 1; y < last_row; ++y) {
        for (int x = reach + 1; x + reach + 1 < rgb.width; ++x) {
            const float here = full.at<float>(y, x);
            const float dx = full.at<float>(y, x + 1) - full.at<float>(y, x - 1);
            const float dy = full.at<float>(y + 1, x) - full.at<float>(y - 1, x);
            const float size = std::hypot(dx, dy);
            // Only on the line where the probability crosses one half.
            if (size < 0.02F || std::fabs(here - 0.5F) > 0.25F * size) {
                continue;
            }
            const auto reach_f = static_cast<float>(reach);
            const auto sx = static_cast<int>(std::lround(reach_f * dx / size));
            const auto sy = static_cast<int>(std::lround(reach_f * dy / size));
            contrasts.push_back(std::abs(grey.at<std::uint8_t>(y + sy, x + sx) -
                                         grey.at<std::uint8_t>(y - sy, x - sx)));
        }
    }
    return mean(contrasts);
}

StillBackground::StillBackground(const head::FaceCode& code,
                                 const core::Affine2& crop_from_frame,
                                 int width,
                                 int height) {
    constexpr int kReach_px = 40;  // in crop pixels: hair and shoulders move
    const ImageU8& canvas = code.appearance.canvas;
    cv::Mat person(canvas.height, canvas.width, CV_8UC1);
    for (int y = 0; y < canvas.height; ++y) {
        for (int x = 0; x < canvas.width; ++x) {
            person.at<std::uint8_t>(y, x) = canvas.at(x, y)[3] > 0 ? 255 : 0;
        }
    }
    const int side = 2 * head::kCanvasScale * kReach_px + 1;
    cv::dilate(person, person, cv::Mat::ones(side, side, CV_8UC1));
    is_still_.assign(static_cast<std::size_t>(width) * height, 0);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const Vec2f p = crop_from_frame(x + 0.5, y + 0.5);
            const bool is_in_crop =
                p.x >= 0 && p.y >= 0 && p.x < head::kFrameSize_px && p.y < head::kFrameSize_px;
            const int u = static_cast<int>(p.x * head::kCanvasScale) + head::kCanvasMargin_px;
            const int v = static_cast<int>(p.y * head::kCanvasScale) + head::kCanvasMargin_px;
            is_still_[static_cast<std::size_t>(y) * width + x] =
                is_in_crop && person.at<std::uint8_t>(v, u) == 0 ? 1 : 0;
        }
    }
}

void StillBackground::add(const ImageU8& before,
                          const ImageU8& after,
                          const head::Landmarks& landmarks) {
    const cv::Rect face = box_of(landmarks, face_points(), 0.5F, {after.width, after.height});
    for (int y = 0; y < after.height; ++y) {
        const std::uint8_t* still = is_still_.data() + static_cast<std::size_t>(y) * after.width;
        for (int x = 0; x < after.width; ++x) {
            if (still[x] != 0 && !face.contains({x, y})) {
                sum_ += difference(before, after, x, y);
                ++count_;
            }
        }
    }
}

double StillBackground::flicker() const {
    return count_ > 0 ? sum_ / static_cast<double>(count_) : kNoValue;
}

}  // namespace vasa::eval
