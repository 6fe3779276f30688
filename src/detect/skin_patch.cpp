// SPDX-License-Identifier: Apache-2.0
#include "skin_patch.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <Eigen/Dense>
#include <opencv2/imgproc.hpp>

namespace vasa::detect {
namespace {

using Map = Eigen::Matrix<double, 2, 3>;

constexpr int kCentre = kPatchSide / 2;
/// Half of the side of what is compared; the rest is room to move.
constexpr int kHalf = 8;
/// Shading is coarser than this, pores and hair are finer; patch steps.
constexpr double kCoarse = 3.0;
/// Noise that is added to variances, brightness²: flat skin has no detail that could be alike.
constexpr double kNoiseVariance = 0.05;
/// A patch that has moved further than this is not the same skin; patch steps.
constexpr double kMaxShift = 4.0;

float at(const SkinPatch& patch, int x, int y) {
    return patch[static_cast<std::size_t>(y) * std::size_t{kPatchSide} +
                 static_cast<std::size_t>(x)];
}

/// Bilinear; @return whether the place lies within the patch
bool sample(const SkinPatch& patch, double x, double y, double& value) {
    if (!(x >= 0 && y >= 0 && x <= kPatchSide - 1.001 && y <= kPatchSide - 1.001)) {
        return false;
    }
    const int left = static_cast<int>(x), top = static_cast<int>(y);
    const double a = x - left, b = y - top;
    const auto pixel = [&](int dx, int dy) {
        return static_cast<double>(at(patch, left + dx, top + dy));
    };
    value = (1 - b) * ((1 - a) * pixel(0, 0) + a * pixel(1, 0)) +
            b * ((1 - a) * pixel(0, 1) + a * pixel(1, 1));
    return true;
}

/// The patch without coarse structure.
SkinPatch detail_of(const SkinPatch& patch) {
    const cv::Mat raw(kPatchSide, kPatchSide, CV_32F, const_cast<float*>(patch.data()));
    cv::Mat coarse;
    cv::GaussianBlur(raw, coarse, {}, kCoarse, kCoarse, cv::BORDER_REFLECT);
    const cv::Mat fine = raw - coarse;
    SkinPatch detail;
    std::copy_n(fine.ptr<float>(), detail.size(), detail.begin());
    return detail;
}

/// Calls `use(u, v, first, second)` for what is compared, `second` where the map says.
template <typename Use>
void for_pairs(const SkinPatch& first, const SkinPatch& second, const Map& map, Use use) {
    for (int v = -kHalf; v <= kHalf; ++v) {
        for (int u = -kHalf; u <= kHalf; ++u) {
            const Eigen::Vector2d place = map * Eigen::Vector3d(u, v, 1);
            double value = 0;
            if (sample(second, place.x() + kCentre, place.y() + kCentre, value)) {
                use(u, v, static_cast<double>(at(first, u + kCentre, v + kCentre)), value);
            }
        }
    }
}

struct Statistics {
    double count = 0, mean_a = 0, mean_b = 0, covariance = 0, variance_a = 0, variance_b = 0;

    double correlation() const {
        return covariance /
               std::sqrt((variance_a + kNoiseVariance) * (variance_b + kNoiseVariance));
    }
};

Statistics compare(const SkinPatch& first, const SkinPatch& second, const Map& map) {
    double a = 0, b = 0, aa = 0, bb = 0, ab = 0, count = 0;
    for_pairs(first, second, map, [&](int, int, double p, double q) {
        ++count;
        a += p;
        b += q;
        aa += p * p;
        bb += q * q;
        ab += p * q;
    });
    Statistics s;
    s.count = count;
    if (count > 0) {
        s.mean_a = a / count;
        s.mean_b = b / count;
        s.covariance = ab / count - s.mean_a * s.mean_b;
        s.variance_a = std::max(0.0, aa / count - s.mean_a * s.mean_a);
        s.variance_b = std::max(0.0, bb / count - s.mean_b * s.mean_b);
    }
    return s;
}

/// The shift by whole steps with the best correlation of detail.
Map best_shift(const SkinPatch& first, const SkinPatch& second) {
    constexpr int kReach = 3;
    Map best = Map::Identity();
    double highest = -2;
    for (int dy = -kReach; dy <= kReach; ++dy) {
        for (int dx = -kReach; dx <= kReach; ++dx) {
            Map map = Map::Identity();
            map(0, 2) = dx;
            map(1, 2) = dy;
            const double correlation = compare(first, second, map).correlation();
            if (correlation > highest) {
                highest = correlation;
                best = map;
            }
        }
    }
    return best;
}

/// One Gauss-Newton step of map, gain and offset. @return false if it is not determined
bool refine(
    const SkinPatch& first, const SkinPatch& second, Map& map, double& gain, double& offset) {
    using Row = Eigen::Matrix<double, 8, 1>;
    Eigen::Matrix<double, 8, 8> normal = Eigen::Matrix<double, 8, 8>::Zero();
    Row right = Row::Zero();
    for_pairs(first, second, map, [&](int u, int v, double p, double q) {
        const Eigen::Vector2d place = map * Eigen::Vector3d(u, v, 1);
        double x0 = q, x1 = q, y0 = q, y1 = q;
        sample(second, place.x() + kCentre - 0.5, place.y() + kCentre, x0);
        sample(second, place.x() + kCentre + 0.5, place.y() + kCentre, x1);
        sample(second, place.x() + kCentre, place.y() + kCentre - 0.5, y0);
        sample(second, place.x() + kCentre, place.y() + kCentre + 0.5, y1);
        Row row;
        row << (x1 - x0) * u, (x1 - x0) * v, x1 - x0, (y1 - y0) * u, (y1 - y0) * v, y1 - y0, -p, -1;
        normal += row * row.transpose();
        right += row * (gain * p + offset - q);
    });
    // Keeps what a flat patch does not determine where it is.
    Row damping;
    damping << 100, 100, 1, 100, 100, 1, 1, 1e-3;
    normal.diagonal() += damping;
    const Row step = normal.ldlt().solve(right);
    if (!step.allFinite()) {
        return false;
    }
    map.row(0) += step.head<3>().transpose();
    map.row(1) += step.segment<3>(3).transpose();
    gain += step[6];
    offset += step[7];
    return true;
}

}  // namespace

PatchMatch match_patches(const SkinPatch& first, const SkinPatch& second) {
    constexpr int kMaxSteps = 8;
    const SkinPatch fine_first = detail_of(first), fine_second = detail_of(second);
    Map map = best_shift(fine_first, fine_second);
    double gain = 1, offset = 0;
    PatchMatch match;
    for (int i = 0; i < kMaxSteps; ++i) {
        if (!refine(first, second, map, gain, offset)) {
            return match;
        }
    }
    const Statistics fine = compare(fine_first, fine_second, map);
    const Statistics whole = compare(first, second, map);
    constexpr double kMinShare = 0.7;
    constexpr double kCompared = (2 * kHalf + 1) * (2 * kHalf + 1);
    if (std::hypot(map(0, 2), map(1, 2)) > kMaxShift || fine.count < kMinShare * kCompared ||
        whole.mean_a < 1 || whole.mean_b < 1) {
        return match;
    }
    match.is_found = true;
    match.likeness = static_cast<float>(fine.correlation());
    match.light = static_cast<float>(std::log(whole.mean_b / whole.mean_a));
    return match;
}

}  // namespace vasa::detect
