// SPDX-License-Identifier: Apache-2.0
#include "frame_evidence.h"

#include "vasa/core/bt709.h"
#include "vasa/core/error.h"
#include "vasa/core/vector_clones.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace vasa::marks {
namespace {

/// Larger frames are reduced: twice the largest scale at which a frame of 512 pixels is looked for.
constexpr int kMaxSide_px = 1408;
/// Where Gaussians are cut off, in standard deviations.
constexpr float kGaussianReach = 2.5F;

std::vector<float> gaussian(float sigma_px) {
    const int reach = static_cast<int>(std::ceil(kGaussianReach * sigma_px));
    std::vector<float> weights;
    float sum = 0;
    for (int i = -reach; i <= reach; ++i) {
        const float place = static_cast<float>(i) / sigma_px;
        weights.push_back(std::exp(-0.5F * place * place));
        sum += weights.back();
    }
    for (float& weight : weights) {
        weight /= sum;
    }
    return weights;
}

VASA_VECTOR_CLONES void add_weighted(float* __restrict sum,
                                     const float* __restrict values,
                                     float weight,
                                     int count) {
    for (int i = 0; i < count; ++i) {
        sum[i] += weight * values[i];
    }
}

/// Beyond its edges the image continues with its edge values.
core::ImageF smooth(const core::ImageF& image, float sigma_px) {
    const std::vector<float> weights = gaussian(sigma_px);
    const int reach = static_cast<int>(weights.size() / 2);
    core::ImageF result(image.width, image.height, 1);
    std::vector<float> column_sums(static_cast<std::size_t>(image.width) + weights.size() - 1);
    for (int y = 0; y < image.height; ++y) {
        float* const inner = column_sums.data() + reach;
        std::fill(column_sums.begin(), column_sums.end(), 0.0F);
        for (int i = 0; i <= 2 * reach; ++i) {
            add_weighted(inner,
                         image.row(std::clamp(y + i - reach, 0, image.height - 1)),
                         weights[static_cast<std::size_t>(i)],
                         image.width);
        }
        std::fill(column_sums.data(), inner, inner[0]);
        std::fill(inner + image.width, inner + image.width + reach, inner[image.width - 1]);
        for (int i = 0; i <= 2 * reach; ++i) {
            add_weighted(result.row(y),
                         column_sums.data() + i,
                         weights[static_cast<std::size_t>(i)],
                         image.width);
        }
    }
    return result;
}

core::ImageF reduced_luma(const core::ImageU8& rgb, int reduction) {
    core::ImageF luma(rgb.width / reduction, rgb.height / reduction, 1);
    const float weight = 1.0F / static_cast<float>(reduction * reduction);
    for (int y = 0; y < luma.height * reduction; ++y) {
        float* const row = luma.row(y / reduction);
        for (int x = 0; x < luma.width * reduction; ++x) {
            const std::uint8_t* const pixel = rgb.at(x, y);
            row[x / reduction] +=
                weight * static_cast<float>(core::bt709::luma(pixel[0], pixel[1], pixel[2]));
        }
    }
    return luma;
}

VASA_VECTOR_CLONES void add_limited(float* __restrict sum,
                                    const float* __restrict detail,
                                    const float* __restrict variance,
                                    float noise_variance,
                                    float limit,
                                    std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const float deviation = std::sqrt(variance[i] + noise_variance);
        const float relative = std::min(std::max(detail[i] / deviation, -limit), limit);
        // Between equal weights for all relative residuals and for all residuals.
        sum[i] += relative / std::sqrt(deviation);
    }
}

}  // namespace

void FrameEvidence::add(const core::ImageU8& rgb) {
    if (num_frames_ == 0) {
        width_ = rgb.width;
        height_ = rgb.height;
        reduction_ = (std::max(width_, height_) + kMaxSide_px - 1) / kMaxSide_px;
        sum_ = core::ImageF(width_ / reduction_, height_ / reduction_, 1);
    }
    if (rgb.channels != 3 || rgb.width != width_ || rgb.height != height_) {
        throw core::Error(core::ErrorKind::Internal,
                          "watermark: frame of " + std::to_string(rgb.width) + "×" +
                              std::to_string(rgb.height) + "×" + std::to_string(rgb.channels) +
                              ", expected " + std::to_string(width_) + "×" +
                              std::to_string(height_) + "×3");
    }
    core::ImageF detail = reduced_luma(rgb, reduction_);
    const core::ImageF coarse = smooth(detail, params_.detail_sigma_px);
    core::ImageF squares(detail.width, detail.height, 1);
    for (std::size_t i = 0; i < detail.data.size(); ++i) {
        detail.data[i] -= coarse.data[i];
        squares.data[i] = detail.data[i] * detail.data[i];
    }
    const core::ImageF variance = smooth(squares, params_.deviation_sigma_px);
    add_limited(sum_.data.data(),
                detail.data.data(),
                variance.data.data(),
                params_.noise_variance,
                params_.limit,
                sum_.data.size());
    ++num_frames_;
}

core::ImageF FrameEvidence::mean() const {
    core::ImageF mean = sum_;
    for (float& value : mean.data) {
        value /= static_cast<float>(num_frames_);
    }
    return mean;
}

}  // namespace vasa::marks
