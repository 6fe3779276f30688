// SPDX-License-Identifier: Apache-2.0
#include "face_sample.h"

#include "vasa/core/bt709.h"
#include "vasa/media/cv_image.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <opencv2/imgproc.hpp>

namespace vasa::detect {
namespace {

constexpr int kForehead = 151, kNoseTip = 4, kChin = 152, kUpperLip = 13, kLowerLip = 14;
constexpr int kRightCheek = 234, kLeftCheek = 454;
/// Radius of the disc whose mean is the brightness at a skin point, pixels.
constexpr int kSkinRadius_px = 4;

float at(const core::ImageF& image, float x, float y) {
    const float px = std::clamp(x - 0.5F, 0.0F, static_cast<float>(image.width - 1));
    const float py = std::clamp(y - 0.5F, 0.0F, static_cast<float>(image.height - 1));
    const int left = std::min(static_cast<int>(px), std::max(0, image.width - 2));
    const int top = std::min(static_cast<int>(py), std::max(0, image.height - 2));
    const int right = std::min(left + 1, image.width - 1);
    const int bottom = std::min(top + 1, image.height - 1);
    const float a = px - static_cast<float>(left), b = py - static_cast<float>(top);
    const float upper = *image.at(left, top) * (1 - a) + *image.at(right, top) * a;
    const float lower = *image.at(left, bottom) * (1 - a) + *image.at(right, bottom) * a;
    return upper * (1 - b) + lower * b;
}

/// The face's own axes in the image, a step of one kEyes_px-th of the eye distance each.
struct FaceAxes {
    float cosine = 1, sine = 0;

    explicit FaceAxes(const vision::FaceLandmarks& face) {
        const auto& right = face.points[core::kRightEyeOuter];
        const auto& left = face.points[core::kLeftEyeOuter];
        cosine = (left.x - right.x) / kEyes_px;
        sine = (left.y - right.y) / kEyes_px;
    }
    core::Vec2f from(const core::Vec3f& point, float u, float v) const {
        return {point.x + cosine * u - sine * v, point.y + sine * u + cosine * v};
    }
};

float disc_mean(const core::ImageF& luma, const core::Vec3f& centre, const FaceAxes& axes) {
    float sum = 0;
    int count = 0;
    for (int v = -kSkinRadius_px; v <= kSkinRadius_px; ++v) {
        for (int u = -kSkinRadius_px; u <= kSkinRadius_px; ++u) {
            if (u * u + v * v <= kSkinRadius_px * kSkinRadius_px) {
                const core::Vec2f p =
                    axes.from(centre, static_cast<float>(u), static_cast<float>(v));
                sum += at(luma, p.x, p.y);
                ++count;
            }
        }
    }
    return sum / static_cast<float>(count);
}

SkinPatch patch_at(const core::ImageF& luma, const core::Vec3f& centre, const FaceAxes& axes) {
    constexpr int kHalf = kPatchSide / 2;
    SkinPatch patch;
    std::size_t i = 0;
    for (int v = 0; v < kPatchSide; ++v) {
        for (int u = 0; u < kPatchSide; ++u) {
            const core::Vec2f p =
                axes.from(centre, static_cast<float>(u - kHalf), static_cast<float>(v - kHalf));
            patch[i++] = at(luma, p.x, p.y);
        }
    }
    return patch;
}

/// Log energy of gradients between forehead and chin.
float sharpness_of(const core::ImageF& luma, const vision::FaceLandmarks& face) {
    const auto inside = [](float value, int limit) {
        return std::clamp(static_cast<int>(value), 0, limit - 1);
    };
    const int top = inside(face.points[kForehead].y, luma.height);
    const int bottom = inside(face.points[kChin].y, luma.height);
    const int left = inside(face.points[kRightCheek].x, luma.width);
    const int right = inside(face.points[kLeftCheek].x, luma.width);
    double sum = 0;
    int count = 0;
    for (int y = top; y < bottom; ++y) {
        for (int x = left; x < right; ++x, ++count) {
            const float dx = *luma.at(x + 1, y) - *luma.at(x, y);
            const float dy = *luma.at(x, y + 1) - *luma.at(x, y);
            sum += static_cast<double>(dx * dx + dy * dy);
        }
    }
    return static_cast<float>(std::log(sum / std::max(1, count) + 1.0));
}

}  // namespace

FaceSample sample_face(const core::ImageF& luma, const vision::FaceLandmarks& face) {
    FaceSample sample;
    const FaceAxes axes(face);
    for (std::size_t i = 0; i < kNumSkinPoints; ++i) {
        const auto& point = face.points[static_cast<std::size_t>(kSkinPoints[i])];
        sample.skin[i] = disc_mean(luma, point, axes);
    }
    for (std::size_t i = 0; i < kPatchPoints.size(); ++i) {
        const auto& point = face.points[static_cast<std::size_t>(kPatchPoints[i])];
        sample.patches[i] = patch_at(luma, point, axes);
    }
    const auto& right = face.points[core::kRightEyeOuter];
    const auto& left = face.points[core::kLeftEyeOuter];
    const auto& nose = face.points[kNoseTip];
    const float eyes = std::max(1.0F, face.eye_distance());
    const float middle_x = (left.x + right.x) / 2, middle_y = (left.y + right.y) / 2;
    const float ux = (left.x - right.x) / eyes, uy = (left.y - right.y) / eyes;
    sample.x = middle_x / kEyes_px;
    sample.y = middle_y / kEyes_px;
    sample.yaw = ((nose.x - middle_x) * ux + (nose.y - middle_y) * uy) / eyes;
    sample.pitch = ((nose.y - middle_y) * ux - (nose.x - middle_x) * uy) / eyes;
    const auto& upper = face.points[kUpperLip];
    const auto& lower = face.points[kLowerLip];
    sample.mouth_gap = std::hypot(lower.x - upper.x, lower.y - upper.y) / eyes;
    sample.sharpness = sharpness_of(luma, face);
    return sample;
}

core::ImageF scaled_luma(const core::ImageU8& rgb, double scale) {
    core::ImageU8 full(rgb.width, rgb.height, 1);
    for (std::size_t i = 0; i < full.data.size(); ++i) {
        full.data[i] = core::bt709::luma(rgb.data[3 * i], rgb.data[3 * i + 1], rgb.data[3 * i + 2]);
    }
    const int width = std::max(2, static_cast<int>(std::lround(rgb.width * scale)));
    const int height = std::max(2, static_cast<int>(std::lround(rgb.height * scale)));
    const cv::Mat source(full.height, full.width, CV_8U, full.data.data());
    cv::Mat wide;
    source.convertTo(wide, CV_32F);
    core::ImageF result(width, height, 1);
    cv::Mat target(height, width, CV_32F, result.data.data());
    cv::resize(wide, target, target.size(), 0, 0, cv::INTER_AREA);
    return result;
}

vision::FaceLandmarks scaled(const vision::FaceLandmarks& face, double scale) {
    vision::FaceLandmarks result = face;
    const auto factor = static_cast<float>(scale);
    for (core::Vec3f& point : result.points) {
        point.x *= factor;
        point.y *= factor;
        point.z *= factor;
    }
    return result;
}

}  // namespace vasa::detect
