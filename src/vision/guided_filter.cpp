// SPDX-License-Identifier: Apache-2.0
#include "network_input.h"

#include "vasa/core/error.h"
#include "vasa/media/opencv_error.h"
#include "vasa/vision/person_segmenter.h"

#include <algorithm>
#include <array>
#include <string>

#include <opencv2/imgproc.hpp>

namespace vasa::vision {
namespace {

/// Model that the guided filter fits in each window: alpha = a·rgb + b.
struct LinearModel {
    cv::Mat a;  ///< [h, w, 3] f32
    cv::Mat b;  ///< [h, w] f32
};

cv::Mat box_mean(const cv::Mat& image, int radius) {
    cv::Mat out;
    const int size = 2 * radius + 1;
    cv::boxFilter(image, out, CV_32F, {size, size}, {-1, -1}, true, cv::BORDER_REFLECT);
    return out;
}

/// Solves (covariance + epsilon·I) a = cov_p for one window, covariance symmetric 3×3 given as
/// rr, rg, rb, gg, gb, bb. Source: eq. 19.
cv::Vec3f solve_window(const std::array<float, 6>& covariance,
                       const cv::Vec3f& cov_p,
                       float epsilon) {
    const float rr = covariance[0] + epsilon;
    const float rg = covariance[1];
    const float rb = covariance[2];
    const float gg = covariance[3] + epsilon;
    const float gb = covariance[4];
    const float bb = covariance[5] + epsilon;
    const float i_rr = gg * bb - gb * gb;
    const float i_rg = gb * rb - rg * bb;
    const float i_rb = rg * gb - gg * rb;
    const float i_gg = rr * bb - rb * rb;
    const float i_gb = rb * rg - rr * gb;
    const float i_bb = rr * gg - rg * rg;
    const float determinant = rr * i_rr + rg * i_rg + rb * i_rb;
    // At least epsilon³ except for rounding.
    const float inverse = 1.0F / std::max(determinant, epsilon * epsilon * epsilon);
    return {inverse * (i_rr * cov_p[0] + i_rg * cov_p[1] + i_rb * cov_p[2]),
            inverse * (i_rg * cov_p[0] + i_gg * cov_p[1] + i_gb * cov_p[2]),
            inverse * (i_rb * cov_p[0] + i_gb * cov_p[1] + i_bb * cov_p[2])};
}

/// Averages of colour, colour products and colour × mask over each window, then eq. 19 and 20.
LinearModel fit_windows(const cv::Mat& guide, const cv::Mat& mask, int radius, float epsilon) {
    using Vec6f = cv::Vec<float, 6>;
    using Vec4f = cv::Vec4f;
    cv::Mat products(guide.size(), CV_32FC(6));
    cv::Mat with_mask(guide.size(), CV_32FC4);
    for (int y = 0; y < guide.rows; ++y) {
        const auto* c = guide.ptr<cv::Vec3f>(y);
        const auto* p = mask.ptr<float>(y);
        auto* q = products.ptr<Vec6f>(y);
        auto* m = with_mask.ptr<Vec4f>(y);
        for (int x = 0; x < guide.cols; ++x) {
            const cv::Vec3f& v = c[x];
            q[x] = {v[0] * v[0], v[0] * v[1], v[0] * v[2], v[1] * v[1], v[1] * v[2], v[2] * v[2]};
            m[x] = {v[0] * p[x], v[1] * p[x], v[2] * p[x], p[x]};
        }
    }
    const cv::Mat mean_guide = box_mean(guide, radius);
    products = box_mean(products, radius);
    with_mask = box_mean(with_mask, radius);
    LinearModel model{cv::Mat(guide.size(), CV_32FC3), cv::Mat(guide.size(), CV_32F)};
    for (int y = 0; y < guide.rows; ++y) {
        const auto* mean = mean_guide.ptr<cv::Vec3f>(y);
        const auto* q = products.ptr<Vec6f>(y);
        const auto* m = with_mask.ptr<Vec4f>(y);
        auto* a = model.a.ptr<cv::Vec3f>(y);
        auto* b = model.b.ptr<float>(y);
        for (int x = 0; x < guide.cols; ++x) {
            const cv::Vec3f& u = mean[x];
            const float p = m[x][3];
            const std::array<float, 6> covariance = {q[x][0] - u[0] * u[0],
                                                     q[x][1] - u[0] * u[1],
                                                     q[x][2] - u[0] * u[2],
                                                     q[x][3] - u[1] * u[1],
                                                     q[x][4] - u[1] * u[2],
                                                     q[x][5] - u[2] * u[2]};
            const cv::Vec3f cov_p = {m[x][0] - u[0] * p, m[x][1] - u[1] * p, m[x][2] - u[2] * p};
            a[x] = solve_window(covariance, cov_p, epsilon);
            b[x] = p - a[x].dot(u);
        }
    }
    model.a = box_mean(model.a, radius);
    model.b = box_mean(model.b, radius);
    return model;
}

void check_mask(const core::ImageF& mask) {
    const auto expected =
        static_cast<std::size_t>(std::max(mask.width, 0)) * std::max(mask.height, 0);
    if (expected == 0 || mask.channels != 1 || mask.data.size() != expected) {
        throw core::Error(core::ErrorKind::Input,
                          "cannot use mask: expected 1 channel and at least one pixel, found " +
                              std::to_string(mask.width) + " x " + std::to_string(mask.height) +
                              " x " + std::to_string(mask.channels) + " with " +
                              std::to_string(mask.data.size()) + " values");
    }
}

/// The mask clamped to 0..1; NaN becomes 0, because it would spread over its window.
cv::Mat probabilities_of(const core::ImageF& mask) {
    cv::Mat out(mask.height, mask.width, CV_32F);
    for (int y = 0; y < mask.height; ++y) {
        std::transform(mask.row(y), mask.row(y) + mask.width, out.ptr<float>(y), [](float value) {
            return value > 0 ? std::min(value, 1.0F) : 0.0F;
        });
    }
    return out;
}

/// Scales to a size; averages when shrinking.
cv::Mat resized(const cv::Mat& image, const cv::Size& size) {
    if (image.size() == size) {
        return image;
    }
    cv::Mat out;
    const bool shrinks = size.width < image.cols && size.height < image.rows;
    cv::resize(image, out, size, 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
    return out;
}

/// alpha = a·rgb + b at full size (eq. 8), then the clip.
core::ImageF apply(const cv::Mat& rgb, const LinearModel& model, float clip) {
    const cv::Mat a_full = resized(model.a, rgb.size());
    const cv::Mat b_full = resized(model.b, rgb.size());
    core::ImageF matte(rgb.cols, rgb.rows, 1);
    const float gain = 1.0F / (1.0F - 2.0F * clip);
    for (int y = 0; y < rgb.rows; ++y) {
        const auto* color = rgb.ptr<std::uint8_t>(y);
        const auto* a = a_full.ptr<float>(y);
        const auto* b = b_full.ptr<float>(y);
        float* out = matte.row(y);
        for (int x = 0; x < rgb.cols; ++x) {
            const float alpha = (a[3 * x] * static_cast<float>(color[3 * x]) +
                                 a[3 * x + 1] * static_cast<float>(color[3 * x + 1]) +
                                 a[3 * x + 2] * static_cast<float>(color[3 * x + 2])) /
                                    255.0F +
                                b[x];
            out[x] = std::clamp((alpha - clip) * gain, 0.0F, 1.0F);
        }
    }
    return matte;
}

void check_option(const char* name, double value, bool within, const char* range) {
    if (!within) {
        throw core::Error(core::ErrorKind::Usage,
                          "matte option '" + std::string(name) + "': expected " + range +
                              ", found " + std::to_string(value));
    }
}

}  // namespace

void MatteOptions::check() const {
    check_option("radius", radius, radius > 0 && radius <= 0.25F, "(0, 0.25]");
    check_option("epsilon", epsilon, epsilon >= 1e-8F && epsilon <= 1, "[1e-8, 1]");
    check_option("clip", clip, clip >= 0 && clip < 0.5F, "[0, 0.5)");
    check_option("subsampling", subsampling, subsampling >= 1 && subsampling <= 8, "1..8");
}

core::ImageF refine_matte(const core::ImageU8& rgb,
                          const core::ImageF& mask,
                          const MatteOptions& options) {
    options.check();
    const cv::Mat image = view_as_mat(rgb);
    check_mask(mask);
    try {
        const cv::Size size(std::max(1, image.cols / options.subsampling),
                            std::max(1, image.rows / options.subsampling));
        cv::Mat guide;
        resized(image, size).convertTo(guide, CV_32F, 1 / 255.0);
        const cv::Mat coarse = probabilities_of(mask);
        const float longer = static_cast<float>(std::max(size.width, size.height));
        const int radius = std::max(1, cvRound(options.radius * longer));
        return apply(image,
                     fit_windows(guide, resized(coarse, size), radius, options.epsilon),
                     options.clip);
    } catch (const cv::Exception& error) {
        throw core::Error(media::kind_of(error, core::ErrorKind::Internal), "matte: " + error.err);
    }
}

}  // namespace vasa::vision
